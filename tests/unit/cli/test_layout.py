"""How tables fit terminals of every width."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from playlake.output.screen import laid_out
from playlake.output.table import Field, Kind, Table, table_of
from playlake.output.text import cut, is_id, safe_text, wrap
from playlake_lake.results import Column, Result, Value

ID = "2Jcn87NOT9C2h96HKTGu14"
MOMENT = datetime(2026, 11, 21, 6, tzinfo=UTC)

IDS = st.text("abcXYZ0123456789", min_size=22, max_size=40).map(lambda text: f"0{text}"[:40])
TEXTS = st.text(max_size=300) | st.text(
    "a \t\x1b\u202e\u0301\ufe0f\u200d冬日👍🏽🏴قائ❤", max_size=80
)
WIDTHS = st.integers(40, 250)
VALUES: dict[Kind, st.SearchStrategy[Value]] = {
    Kind.ID: IDS,
    Kind.WORD: st.sampled_from(["landed", "unchanged", "as in 20261120T060000Z-nd6rcr"]),
    Kind.NUMBER: st.integers(-(2**63), 2**63),
    Kind.COUNT: st.integers(0, 2**40),
    Kind.AMOUNT: st.floats(0, 1e9),
    Kind.SECONDS: st.floats(0, 1e9),
    Kind.DATE: st.dates(),
    Kind.MOMENT: st.just(MOMENT),
    Kind.TEXT: TEXTS,
    Kind.PROSE: TEXTS,
}


@st.composite
def tables(draw: st.DrawFn) -> Table:
    kinds = draw(st.lists(st.sampled_from(list(VALUES)), min_size=1, max_size=12))
    fields = [
        Field(draw(st.text(max_size=60)), kind, importance)
        for importance, kind in enumerate(draw(st.permutations(kinds)))
    ]
    row = st.tuples(*(st.none() | VALUES[field.kind] for field in fields))
    return Table(fields, draw(st.lists(row, max_size=5)), drops=draw(st.booleans()), null="null")


def lines(table: Table, width: int | None) -> list[str]:
    return laid_out([table], width).split("\n")[:-1]


def result(*values: tuple[str, str, Value]) -> Table:
    """A result of one row, given as names, types and values."""
    columns = tuple(Column(name, athena_type) for name, athena_type, _ in values)
    return table_of(Result(columns, [tuple(each for *_, each in values)]))


@given(tables(), WIDTHS)
def test_no_line_is_wider_than_the_terminal(table: Table, width: int) -> None:
    wider = [line for line in lines(table, width) if cell_len(line) > width]
    # A random text may have the shape of an address that is wider: it stands alone.
    assert [line for line in wider if not is_id(line.rstrip(",."))] == []


def test_in_a_sentence_an_id_stays_whole_and_any_other_long_word_is_broken() -> None:
    an_id, a_word = "0" * 50, "no-id!" * 10
    found = wrap(f"Left out: {an_id}, {a_word}.", 40, fold=False)
    assert f"{an_id}," in found
    assert max(cell_len(line) for line in found if an_id not in line) <= 40
    assert "".join(found).replace(" ", "") == f"Leftout:{an_id},{a_word}."


@given(tables(), WIDTHS)
def test_no_id_is_broken_and_only_whole_columns_are_left_out(table: Table, width: int) -> None:
    text = laid_out([table], width)
    ids = [
        str(row[place])
        for place, field in enumerate(table.fields)
        if field.kind is Kind.ID
        for row in table.rows
        if row[place] is not None
    ]
    missing = [each for each in ids if each not in text]
    assert not missing or (table.drops and "Left out for lack of room" in text)


@given(tables())
def test_without_a_terminal_nothing_is_cut_or_left_out(table: Table) -> None:
    written = lines(table, None)
    assert len(written) == 2 + len(table.rows)
    texts = [value for row in table.rows for value in row if isinstance(value, str)]
    assert [each for each in texts if safe_text(each).plain.strip() not in "\n".join(written)] == []


@given(TEXTS, st.integers(1, 80))
def test_a_cut_text_fits(text: str, width: int) -> None:
    text = safe_text(text).plain
    assert cell_len(cut(text, width)) <= width
    assert cut(text, max(1, cell_len(text))) == text


@given(TEXTS, st.integers(2, 80))
def test_wrapping_keeps_every_letter(text: str, width: int) -> None:
    text = safe_text(text).plain
    wrapped = wrap(text, width)
    assert "".join(wrapped).replace(" ", "") == text.replace(" ", "")
    assert max(map(cell_len, wrapped)) <= width


@pytest.mark.parametrize(
    "text",
    [
        ID,
        "abcdefghijklmnopqrstuv",
        "20261121T060000Z-wrjkwl",
        "spotify:track:5K395FAACk3ko9nNYtzP51",
        "https://i.scdn.co/image/ab67616d00001e02",
        "raw/source=spotify/day=2026-11-21/part-0000.jsonl.zst",
        "MjgsMWM1ZmUwNDEzOGU0NmQxMjRiMTNlYTA4NDBi==",
        "2026-11-21",
    ],
)
def test_ids_are_known_by_their_shape(text: str) -> None:
    assert is_id(text)


@pytest.mark.parametrize("text", ["", "Songs & stories", "landed", '{"a":[1,2]}', "冬の2024"])
def test_a_text_is_no_id(text: str) -> None:
    assert not is_id(text)


def test_a_row_that_does_not_fit_becomes_a_block() -> None:
    table = result(
        ("run_id", "varchar", "20261121T060000Z-wrjkwl"),
        ("name", "varchar", "Mix"),
        ("playlist_id", "varchar", ID),
        ("fetched_at", "timestamp", MOMENT),
    )
    assert lines(table, 50) == [
        "─[ row 1 ]────────────────────────────────────────",
        "run_id           │ 20261121T060000Z-wrjkwl",
        "name             │ Mix",
        f"playlist_id      │ {ID}",
        "fetched_at (UTC) │ 2026-11-21 06:00:00",
    ]


def test_an_id_that_is_wider_than_the_terminal_is_a_line_of_its_own() -> None:
    url = "https://i.scdn.co/image/ab67616d00001e0267f1f6deb4cd4f7298a1d0c1"
    assert lines(result(("image_url", "varchar", url)), 40)[1:] == ["image_url │", url]


def test_the_least_important_columns_are_left_out_and_named() -> None:
    fields = [
        Field("run", Kind.ID, 9),
        Field("retries", Kind.COUNT, 1),
        Field("took", Kind.COUNT, 5),
    ]
    assert lines(Table(fields, [(ID, 3, 4)]), 36) == [
        "run                     took",
        "──────────────────────  ────",
        f"{ID}     4",
        "Left out for lack of room: retries.",
        "See --json, or a wider terminal.",
    ]


def test_prose_is_wrapped_and_never_cut() -> None:
    fields = [Field("what", Kind.WORD), Field("advice", Kind.PROSE)]
    advice = "store them by `playlake login`, then run again"
    written = lines(Table(fields, [("credentials", advice)]), 40)
    assert written[2:] == [
        "credentials  store them by `playlake",
        " " * 13 + "login`, then run again",
    ]


def test_a_long_value_of_a_block_ends_in_an_ellipsis() -> None:
    table = result(
        ("raw", "varchar", "word " * 500), ("a_id", "varchar", ID), ("b_id", "varchar", ID)
    )
    values = [line for line in lines(table, 40) if "word" in line]
    assert len(values) == 6
    assert values[-1].endswith(" …")


def test_lists_and_rows_are_compact_json() -> None:
    row: Value = {"a": [1, None], "b": MOMENT}
    written = lines(result(("genres", "array(varchar)", ["x", "é"]), ("r", "row(a)", row)), None)
    assert written[2].split("  ") == ['["x","é"]', '{"a":[1,null],"b":"2026-11-21T06:00:00+00:00"}']


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.1234567, "0.1235"), (0.000012345, "1.234e-05"), (0.0, "0.0"), (float("inf"), "inf")],
)
def test_a_float_is_short_and_never_rounded_to_nothing(value: float, shown: str) -> None:
    assert lines(result(("n", "double", value)), 80)[2].strip() == shown


def test_what_a_terminal_would_obey_is_spelled_out() -> None:
    assert safe_text("\x1b[2J\x9b7m\u202egnos\u2028").plain == r"\x1b[2J\x9b7m\u202egnos\u2028"


def test_a_result_without_rows_has_its_headings() -> None:
    assert lines(table_of(Result((Column("n", "integer"),), [])), 80) == ["n", "─"]
