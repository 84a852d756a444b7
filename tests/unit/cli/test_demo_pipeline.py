"""The order in which the demonstration shows and stops what it runs."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from rich.console import Console

from playlake.demo import pipeline
from playlake.demo.report import Stages
from playlake.demo.sandbox import Played
from playlake.invocation import Invocation
from playlake.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest


def test_the_lake_is_queried_when_the_transformer_has_registered_every_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[str] = []

    @contextmanager
    def services(*_: object) -> Iterator[Any]:
        yield SimpleNamespace(aws=None, stop_transformer=lambda: done.append("stopped"))
        done.append("all stopped")

    monkeypatch.setattr(pipeline, "_services", services)

    def fill(*_: object) -> str:
        done.append("filled")
        return "Crawled."

    monkeypatch.setattr(pipeline, "_fill", fill)
    monkeypatch.setattr(pipeline, "_copy", lambda *_: None)
    monkeypatch.setattr(pipeline, "show_lake", lambda *_: done.append("queried"))
    here = Invocation(Project(Path()), Console(quiet=True), Console(quiet=True))
    week = [datetime(2026, 11, 21, 6, tzinfo=UTC)]

    pipeline.run_pipeline(here, week, Path(), Stages(), played=Played(), port=None)

    assert done == ["filled", "stopped", "queried", "all stopped"]
