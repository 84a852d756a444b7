"""What no file of the repository may hold: a registry's host, a path of one machine, a secret."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

# Pieces are joined here, so that this file holds none of what it looks for.
REGISTRIES = {
    "Python's": "|".join(("py" + r"pi\.org", r"files\.python" + r"hosted\.org")),
    "npm's": "registry" + r"\.npm" + r"js\.org",
    "yarn's": "registry" + r"\.yarn" + r"pkg\.com",
    "Docker's": "registry-1" + r"\.docker\.io",
}
MACHINE_PATHS = {
    "a home folder": r"(?<![\w./-])/" + r"(?:home|Users)/[A-Za-z0-9_.-]+/",
    "root's home folder": r"(?<![\w.-])/" + r"root/[A-Za-z0-9_.]",
    "this checkout": re.escape(str(ROOT)) + r"(?![\w-])",
}
SECRETS = {
    "an AWS access key": "(?:AK" + r"IA|AS" + r"IA)[0-9A-Z]{16}",
    "an AWS secret key": r"(?i:aws_secret_access_key)\W{1,4}[A-Za-z0-9/+]{40}\b",
    "a GitHub token": "gh" + r"[pousr]_[A-Za-z0-9]{36}|github" + r"_pat_[A-Za-z0-9_]{22,}",
    "a private key": "-----BEGIN" + r" [A-Z ]*PRIVATE KEY-----",
    "a bearer token": r"Bearer [A-Za-z0-9_-]{40,}",
    "a Spotify refresh token": r"\bAQ[A-D][A-Za-z0-9_-]{120,}",
}
FORBIDDEN = {**REGISTRIES, **MACHINE_PATHS, **SECRETS}

# Servers that other tests share live in threads of this process. Their loops read the same clock:
# one that was told a later time sleeps until it has come. A test gives the module that it tests a
# `time` of its own.
CLOCKS_OF_ALL = re.compile(
    r"""setattr\(\s*["']?(?:asyncio|select|selectors|socket|threading|time)["']?[.,]"""
)

# It evaluates a string in the page, which the page's policy forbids from the second try on: a test
# that uses it fails where the machine is slow. `watched_pages.wait_for` does what it does.
FORBIDDEN_BY_THE_POLICY = ".wait_for" + "_function("

# Synthetic: one line for each kind, made of pieces for the same reason.
EXAMPLES = {
    "Python's": "https://py" + "pi.org/simple",
    "npm's": "https://registry" + ".npm" + "js.org/left",
    "yarn's": "https://registry" + ".yarn" + "pkg.com/left",
    "Docker's": "https://registry-1" + ".docker.io/v2",
    "a home folder": "see /" + "home/ada/lake",
    "root's home folder": "see /" + "root/.aws",
    "this checkout": f"see {ROOT}/docs",
    "an AWS access key": "AK" + "IA" + "A" * 16,
    "an AWS secret key": "aws_secret_access_key = " + "a" * 40,
    "a GitHub token": "gh" + "p_" + "a" * 36,
    "a private key": "-----BEGIN" + " RSA PRIVATE KEY-----",
    "a bearer token": "Bearer " + "a" * 40,
    "a Spotify refresh token": "AQ" + "A" + "a" * 120,
}


@pytest.fixture(scope="module")
def tracked() -> dict[str, str]:
    """The text of every file that git tracks, by name."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip(f"{ROOT} is not a git checkout, or there is no git: nothing says what is ours")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return {
        str(file.relative_to(ROOT)): file.read_text(encoding="utf-8", errors="replace")
        for file in files
        if file.is_file()
    }


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_no_file_holds(kind: str, tracked: dict[str, str]) -> None:
    assert len(tracked) > 100
    found = [
        f"{name}:{text.count(chr(10), 0, match.start()) + 1}"
        for name, text in tracked.items()
        for match in re.finditer(FORBIDDEN[kind], text)
    ]
    assert found == []


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_what_is_forbidden_would_be_found(kind: str) -> None:
    assert re.search(FORBIDDEN[kind], EXAMPLES[kind])


def test_no_test_sets_the_clock_of_the_whole_process(tracked: dict[str, str]) -> None:
    tests = {name: text for name, text in tracked.items() if name.startswith("tests/")}
    assert [name for name, text in tests.items() if CLOCKS_OF_ALL.search(text)] == []


def test_no_test_makes_a_page_evaluate_a_string_again_and_again(tracked: dict[str, str]) -> None:
    assert [name for name, text in tracked.items() if FORBIDDEN_BY_THE_POLICY in text] == []


@pytest.mark.parametrize("target", ["time, ", '"time.', "\n    asyncio, "])
def test_a_clock_that_is_set_would_be_found(target: str) -> None:
    assert CLOCKS_OF_ALL.search(f"monkeypatch.setattr({target}")
