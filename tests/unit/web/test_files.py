"""The files of the page are what they say they were made of."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from playlake_web.files_served import STYLESHEET, served_files

REPOSITORY = Path(__file__).parents[3]
ROOT = REPOSITORY / "libs" / "web"
AXE = REPOSITORY / "tests" / "browser" / "axe"
VENDOR = ROOT / "src" / "playlake_web" / "files" / "vendor"
MADE_OF = json.loads((VENDOR / "made-of.json").read_text())
CHARTS = ROOT / "build" / "charts"


def test_every_chart_was_compiled_from_its_source() -> None:
    shared = (CHARTS / "shared.json").read_bytes()
    sources = {
        path.name: sha256(shared + path.read_bytes()).hexdigest()
        for path in CHARTS.glob("*.vl.json")
    }
    assert sources == MADE_OF["charts"], "run `make web-files`"


def test_every_library_is_the_pinned_version_and_has_its_licence() -> None:
    pinned = json.loads((ROOT / "build" / "package.json").read_text())["dependencies"]
    assert {each["name"]: each["version"] for each in MADE_OF["libraries"]} == pinned
    for each in MADE_OF["libraries"]:
        assert (VENDOR / each["licence"]).read_text().strip()


def test_axe_is_the_pinned_version_and_has_its_licence() -> None:
    package = json.loads((ROOT / "build" / "package.json").read_text())
    made_of = json.loads((AXE / "made-of.json").read_text())
    version = package["devDependencies"]["axe-core"]
    assert made_of == {"name": "axe-core", "version": version, "license": "MPL-2.0"}
    assert (AXE / "axe.min.js").read_text().startswith(f"/*! axe v{version}\n")
    assert "Mozilla Public License" in (AXE / "LICENSE").read_text()


def test_the_lock_names_no_address() -> None:
    assert "http" not in (ROOT / "build" / "package-lock.json").read_text()


def test_every_file_that_the_styles_name_is_served() -> None:
    styles = served_files()[STYLESHEET].body.decode()
    named = set(re.findall(r"url\(([^)]+)\)", styles))
    assert len(named) == 2
    assert named <= served_files().keys()


def test_every_class_of_a_template_is_in_the_styles() -> None:
    styles = served_files()[STYLESHEET].body.decode()
    known = set(re.findall(r"\.([a-z][a-z0-9-]*)", styles))
    templates = ROOT / "src" / "playlake_web" / "templates"
    for path in templates.iterdir():
        text = re.sub(r"\{[{%].*?[}%]\}", " ", path.read_text())
        for classes in re.findall(r'class="([^"]*)"', text):
            unknown = {name for name in classes.split() if not name.endswith("-")} - known
            assert unknown <= {"htmx-request"}, f"{path.name}: {unknown}"


@pytest.mark.parametrize("name", ["playlake.js", "theme.js"])
def test_our_scripts_evaluate_no_text(name: str) -> None:
    script = served_files()[name].body.decode()
    assert not re.search(r"\beval\b|new Function|innerHTML|document\.write", script)
