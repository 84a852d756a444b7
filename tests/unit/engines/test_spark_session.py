"""A Spark that cannot start, or stops, is one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playlake_contracts.explained import ExplainedError
from playlake_engines import spark_session as spark
from playlake_engines.errors import EngineError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("variable", ["PATH", "JAVA_HOME"])
def test_a_missing_java_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv(variable, str(tmp_path))
    with pytest.raises(EngineError) as caught:
        spark.require_java()
    assert str(caught.value).startswith("the engine spark needs Java 17: install it")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "An error occurred\n: java: System memory 200 must be at least 471859200. Increase it",
            "Spark has too little memory (java: System memory 200 must be at least 471859200. ",
        ),
        ("java.lang.OutOfMemoryError: Java heap space", "Spark has too little memory ("),
        (
            "An error occurred while calling z:collectAndServe.\n: Job aborted\nat org.apache",
            "Spark has stopped (RuntimeError: Job aborted): its log has",
        ),
        ("", "Spark has stopped (RuntimeError: no reason is given): its log has the reason"),
    ],
)
def test_an_error_of_spark_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(EngineError) as caught, spark.explained():
        raise RuntimeError(text)
    assert str(caught.value).startswith(sentence)


def test_an_error_that_is_explained_stays_as_it_is() -> None:
    with pytest.raises(ExplainedError, match="of the lake"), spark.explained():
        raise ExplainedError("of the lake")
