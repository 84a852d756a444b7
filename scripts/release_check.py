"""Rehearses a release: everything that the release workflow does, up to publishing it.

Usage: `release_check.py [--tag v0.2.0] [--images]`, as `make release-check` starts it. Each check
prints a line. The exit status is 1 if one fails.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from playlake_contracts.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROOT: Final = Path(__file__).resolve().parents[1]
_SEMANTIC: Final = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?")
_IMAGES: Final = {
    "compactor": "services/compactor",
    "extractor": "services/extractor",
    "transformer": "services/transformer",
    "cli": "images/cli",
}
_NEEDED_IN_WHEEL: Final = ("playlake/__main__.py", "playlake_contracts/py.typed")
_LINES_SHOWN: Final = 20


class FailedError(Exception):
    """A check fails; the message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What is rehearsed.

    Attributes:
        tag: the tag that shall be pushed; None rehearses before there is one.
        tools: the folder of the programs of `requirements/release.txt`.
        folder: a folder for what is built.
    """

    tag: str | None
    tools: Path
    folder: Path

    @property
    def wheel(self) -> Path:
        """The wheel that was built."""
        (found,) = (self.folder / "first").glob("*.whl")
        return found

    def version(self) -> str:
        """The tag, the version and the changelog agree."""
        if _SEMANTIC.fullmatch(VERSION) is None:
            raise FailedError(f"{VERSION} is no semantic version: correct version.py")
        if self.tag is not None and self.tag != f"v{VERSION}":
            raise FailedError(
                f"the tag is {self.tag}, but the version is {VERSION}: correct one of them"
            )
        text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
        heading = "Unreleased" if self.tag is None else VERSION
        if not section_of(text, heading):
            raise FailedError(f"CHANGELOG.md says nothing under `## {heading}`: write it")
        return f"{VERSION}, and CHANGELOG.md has the section {heading}"

    def clean(self) -> str:
        """The tree is what is committed."""
        changed = _output("git", "status", "--porcelain").splitlines()
        if changed and self.tag is not None:
            raise FailedError(f"{len(changed)} files are not committed, such as {changed[0][3:]}")
        return f"commit {_output('git', 'rev-parse', '--short', 'HEAD').strip()}" + (
            f" and {len(changed)} files that are not committed" if changed else ""
        )

    def distribution(self) -> str:
        """The wheel and its source are built twice, with equal bytes."""
        digests = []
        for name in ("first", "second"):
            _run("make", "dist")
            shutil.copytree(ROOT / "dist", self.folder / name)
            digests.append(_digests(self.folder / name))
        if digests[0] != digests[1]:
            differing = sorted(
                name for name in digests[0] if digests[0][name] != digests[1].get(name)
            )
            raise FailedError(f"two builds differ in {', '.join(differing)}")
        return ", ".join(sorted(digests[0]))

    def metadata(self) -> str:
        """What an index shows of the distribution is sound, and nothing is missing in the wheel."""
        built = [
            file for file in (self.folder / "first").iterdir() if file.suffix in {".whl", ".gz"}
        ]
        _run(str(self.tools / "twine"), "check", "--strict", *map(str, built))
        names = zipfile.ZipFile(self.wheel).namelist()
        missing = [name for name in _NEEDED_IN_WHEEL if name not in names]
        if missing or not any(name.endswith("/licenses/LICENSE") for name in names):
            raise FailedError(f"the wheel lacks {', '.join(missing) or 'LICENSE'}")
        return f"{len(names)} files in the wheel"

    def installed(self) -> str:
        """The wheel works where there is no clone, with the versions that it offers, by hash."""
        (requirements,) = (self.folder / "first").glob("*-requirements.txt")
        uv = str(Path(sys.executable).with_name("uv"))
        _run(uv, "venv", "--quiet", "--python", sys.executable, str(self.folder / "venv"))
        install = (uv, "pip", "install", "--quiet", "--system-certs", "--python", str(self._python))
        _run(*install, "--require-hashes", "--requirement", str(requirements))
        _run(*install, "--no-deps", str(self.wheel))
        said = _output(str(self._python.with_name("playlake")), "--version", cwd=self.folder)
        if VERSION not in said:
            raise FailedError(f"`playlake --version` says {said.strip()}, not {VERSION}")
        return said.strip()

    def contents(self) -> str:
        """The list of what is in it names each package that is installed, with its version."""
        listed = self.folder / f"playlake-{VERSION}.cdx.json"
        _run(str(self.tools / "cyclonedx-py"), "environment", "--output-reproducible",
             "--of", "JSON", "-o", str(listed), str(self._python))  # fmt: skip
        found = {
            (_normal(each["name"]), each["version"])
            for each in json.loads(listed.read_text(encoding="utf-8"))["components"]
        }
        (requirements,) = (self.folder / "first").glob("*-requirements.txt")
        wanted = {("playlake", VERSION), *pinned(requirements.read_text(encoding="utf-8"))}
        unknown = {name for name, _ in found} - {name for name, _ in wanted}
        if unknown or ("playlake", VERSION) not in found:
            raise FailedError(
                f"the list of contents has {', '.join(sorted(unknown)) or 'no playlake'}"
            )
        wrong = sorted(name for name, version in found if (name, version) not in wanted)
        if wrong:
            raise FailedError(f"other versions are installed of {', '.join(wrong)}")
        shutil.copy(listed, ROOT / "dist")
        return f"{len(found)} packages in dist/{listed.name}"

    def workflow(self) -> str:
        """The workflow that publishes is well-formed, and names its actions by commit."""
        file = ROOT / ".github" / "workflows" / "release.yml"
        zizmor = Path(sys.executable).with_name("zizmor")
        _run(str(zizmor), "--offline", "--quiet", str(file))
        return file.name

    def images(self) -> str:
        """The images are built, and say which version they are."""
        revision = _output("git", "rev-parse", "HEAD").strip()
        for name, folder in _IMAGES.items():
            image = f"playlake-release-check/{name}"
            arguments = (f"VERSION=v{VERSION}", f"REVISION={revision}")
            given = [word for each in arguments for word in ("--build-arg", each)]
            _run("docker", "build", "--quiet", "--file", f"{folder}/Dockerfile", *given,
                 "--tag", image, ".")  # fmt: skip
            labels = json.loads(
                _output("docker", "inspect", "--format", "{{json .Config.Labels}}", image)
            )
            if labels.get("org.opencontainers.image.revision") != revision:
                raise FailedError(f"the image {name} does not say of which commit it is")
        return ", ".join(_IMAGES)

    @property
    def _python(self) -> Path:
        return self.folder / "venv" / "bin" / "python"


def main() -> int:
    """Rehearse; return 0, or 1 if a check fails."""
    parser = argparse.ArgumentParser("release_check", description=__doc__)
    parser.add_argument("--tag", help="the tag that shall be pushed, such as v0.2.0")
    parser.add_argument("--images", action="store_true", help="build the images as well")
    parser.add_argument("--tools", type=Path, required=True, help="the environment of the tools")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rehearsal = Rehearsal(chosen.tag, chosen.tools / "bin", Path(folder))
        checks = [
            rehearsal.version,
            rehearsal.clean,
            rehearsal.distribution,
            rehearsal.metadata,
            rehearsal.installed,
            rehearsal.contents,
            rehearsal.workflow,
            *([rehearsal.images] if chosen.images else []),
        ]
        return 0 if passed(checks) else 1


def passed(checks: Iterable[Callable[[], str]]) -> bool:
    """Carry out checks up to the first that fails; each needs what those before it have made."""
    for check in checks:
        try:
            print(f"ok      {check.__name__}: {check()}", flush=True)
        except FailedError as error:
            print(f"FAILED  {check.__name__}: {error}", flush=True)
            return False
    return True


def section_of(text: str, heading: str) -> str:
    """What is under a heading of the second level, such as `## 0.2.0 (2026-12-01)`."""
    pattern = rf"^## {re.escape(heading)}\b[^\n]*\n(.*?)(?=^## |\Z)"
    found = re.search(pattern, text, re.MULTILINE | re.DOTALL)
    return "" if found is None else found[1].strip()


def pinned(requirements: str) -> Iterator[tuple[str, str]]:
    """The packages of a requirements file with their versions."""
    for name, version in re.findall(
        r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", requirements, re.MULTILINE
    ):
        yield _normal(name), version


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file of a folder, but for what uv keeps from git."""
    files = (file for file in folder.iterdir() if not file.name.startswith("."))
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def _run(*command: str) -> None:
    _output(*command)


def _output(*command: str, cwd: Path = ROOT) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-_LINES_SHOWN:])
        raise FailedError(f"`{' '.join(command)[:200]}` ended with {done.returncode}:\n{said}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
