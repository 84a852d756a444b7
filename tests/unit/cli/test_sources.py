"""What the command knows of a source is one registration."""

from __future__ import annotations

import pytest

from playlake.completion import complete_source
from playlake.errors import CommandError
from playlake.sources.registry import DEFAULT, SOURCES, find_source
from playlake_contracts.sources.references import REFERENCES
from playlake_extractor.public import Settings


def test_every_source_that_has_references_is_one_of_the_command() -> None:
    assert set(SOURCES) == set(REFERENCES)
    assert complete_source() == list(SOURCES)
    assert all(name == source.name for name, source in SOURCES.items())


def test_spotify_is_the_default() -> None:
    assert find_source(None) is find_source("spotify") is SOURCES[DEFAULT]


def test_a_source_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(CommandError, match="there is no source radio: choose spotify"):
        find_source("radio")


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_names_settings_of_the_extractor(name: str) -> None:
    source = SOURCES[name]
    known = {f"PLAYLAKE_{field.upper()}" for field in Settings.model_fields}
    assert {*source.kept, *source.secrets, *source.stand_in.settings(1)} <= known
    assert not set(source.kept) & set(source.secrets)
