"""Compare what checkov finds in the template with the findings that docs/security.md explains.

`make checkov` runs it. A finding without a row is new, and a row without a finding is outdated:
both end it with status 1.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "security.md"
# Every preset and variant of the tests, by the environment of the CDK.
_SYNTHESISE: Final = """
import json, pathlib, sys
from synthesised import VARIANTS, template
for name in VARIANTS:
    pathlib.Path(sys.argv[1], f"{name}.json").write_text(json.dumps(template(name)))
"""
_ROW: Final = re.compile(r"^\| (CKV2?_\w+) \|", re.MULTILINE)

# What was found by a check: its name, and the resources, each as `TEMPLATE: TYPE.NAME`.
Findings = dict[str, tuple[str, list[str]]]


def main() -> int:
    """Run checkov; the exit status is 1 if a finding is not explained, or is not there any more."""
    with TemporaryDirectory() as folder:
        _synthesise(folder)
        found = findings(run(folder))
    wrong = list(differences(found, explained(PAGE.read_text(encoding="utf-8"))))
    for sentence in wrong:
        sys.stderr.write(f"checkov: {sentence}\n")
    sys.stdout.write(
        f"Checks that find something: {len(found)}, explained: {len(found) - len(wrong)}.\n"
    )
    return 1 if wrong else 0


def run(folder: str) -> list[dict[str, Any]]:
    """The reports of checkov on the templates in a folder, without asking anybody for anything."""
    command = [str(ROOT / ".venv-checkov" / "bin" / "checkov"), "--directory", folder,
               "--framework", "cloudformation", "--compact", "--quiet", "--skip-download",
               "--soft-fail", "--output", "json"]  # fmt: skip
    ended = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  ours
    printed = ended.stdout
    report = json.loads(printed)
    return report if isinstance(report, list) else [report]


def findings(reports: list[dict[str, Any]]) -> Findings:
    """What failed, by the ids of the checks."""
    found: Findings = {}
    for report in reports:
        for each in report["results"]["failed_checks"]:
            _, resources = found.setdefault(each["check_id"], (each["check_name"], []))
            resources.append(f"{Path(each['file_path']).stem}: {each['resource']}")
    return found


def explained(page: str) -> set[str]:
    """The ids of the checks that have a row in the page."""
    return set(_ROW.findall(page))


def differences(found: Findings, rows: set[str]) -> Iterator[str]:
    """A sentence for each check whose findings are not explained, and for each outdated row."""
    for check in sorted(found.keys() - rows):
        name, resources = found[check]
        yield (
            f"{check} finds {len(resources)}, such as {resources[0]} ({name}): mend it, or give "
            "its reason in a row of docs/security.md"
        )
    for check in sorted(rows - found.keys()):
        yield f"{check} finds nothing any more: remove its row from docs/security.md"


def _synthesise(folder: str) -> None:
    python = ROOT / ".venv-infra" / "bin" / "python"
    support = {"PYTHONPATH": str(ROOT / "tests" / "infra" / "support")}
    command = [str(python), "-c", _SYNTHESISE, folder]
    subprocess.run(command, env=support, check=True)  # noqa: S603  ours


if __name__ == "__main__":
    sys.exit(main())
