"""Every relative link of a Markdown file leads to a file, and to a heading where it names one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
# Environments, local data, caches and what npm installs are no part of the repository.
PAGES = [
    page
    for page in sorted(ROOT.rglob("*.md"))
    if not any(
        part == "node_modules" or (part.startswith(".") and part != ".github")
        for part in page.relative_to(ROOT).parts
    )
]
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    assert [link for link in relative_links(page) if not leads_somewhere(page, link)] == []


def test_links_are_found() -> None:
    links = [link for page in PAGES for link in relative_links(page)]
    assert "docs/data-model.md" in links
    assert len(links) > 20


def test_a_link_to_nowhere_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A page, really\n[a](gone.md) [b](#gone) [c](#a-page-really) `[d](code.md)`")
    found = [link for link in relative_links(page) if not leads_somewhere(page, link)]
    assert found == ["gone.md", "#gone"]


def relative_links(page: Path) -> list[str]:
    """The links of a page that are no addresses, code left out."""
    text = CODE.sub("", page.read_text(encoding="utf-8"))
    return [link for link in LINK.findall(text) if not re.match(r"[a-z]+:", link)]


def leads_somewhere(page: Path, link: str) -> bool:
    """Whether the file exists, and the heading in it."""
    path, _, fragment = link.partition("#")
    target = page.parent / path if path else page
    if not target.exists():
        return False
    return not fragment or fragment in anchors(target)


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    headings = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in headings}
