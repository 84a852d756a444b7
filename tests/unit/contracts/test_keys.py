import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlake_contracts.keys import (
    MAX_KEY_BYTES,
    RawKey,
    compacted_key,
    compacted_prefix,
    compaction_record_key,
    day_prefix,
    generation,
    generation_of,
    manifest_under,
    month_prefix,
    partition_prefix,
    run_prefix,
    source_prefix,
    table_prefix,
)
from playlake_contracts.runs import RunId
from playlake_contracts.table_names import HISTORY_TABLE_NAMES, TABLE_NAMES

RUN = RunId.parse("20261121T060000Z-k3x2ab")
RUN_PREFIX = "raw/source=spotify/snapshot_date=2026-11-21/run=20261121T060000Z-k3x2ab/"
PART = f"{RUN_PREFIX}part-0000.jsonl.zst"
MANIFEST = f"{RUN_PREFIX}manifest.json"

sources = st.from_regex(r"[a-z][a-z0-9-]{0,31}", fullmatch=True)
parts = st.integers(0, 9999).map(lambda number: f"part-{number:04d}") | st.just("manifest")
run_ids = st.from_regex(
    r"20[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3])([0-5][0-9]){2}Z"
    r"-[a-z2-7]{6}",
    fullmatch=True,
).map(RunId.parse)
raw_keys = st.builds(RawKey, sources, run_ids, parts)

modest = settings(max_examples=40)

# Texts that must not be part of a key.
HOSTILE = [
    "",
    "/",
    "..",
    "a/b",
    "../../etc/passwd",
    "%2F",
    "a%2Fb",
    "spotify\n",
    "\nspotify",
    "spotify\0",
    " spotify",
    "Spotify",
    "spötify",
    "\uff19spotify",
    "s\uff19",  # fullwidth digits
    "-spotify",
    "9spotify",
    "s" * 1025,
]


@given(raw_keys)
@modest
def test_a_raw_key_is_equal_after_writing_and_parsing(key: RawKey) -> None:
    assert RawKey.parse(str(key)) == key


@given(raw_keys)
@modest
def test_a_raw_key_needs_no_encoding_and_is_short(key: RawKey) -> None:
    assert str(key).isascii()
    assert len(str(key)) <= MAX_KEY_BYTES
    assert not {"%", "+", " ", "\n"} & set(str(key))


@given(raw_keys, raw_keys)
@modest
def test_no_two_raw_objects_share_a_curated_object(one: RawKey, other: RawKey) -> None:
    assert (one == other) == (one.curated("tracks") == other.curated("tracks"))


@given(st.text())
@modest
def test_a_parsed_raw_key_is_written_as_the_same_text(text: str) -> None:
    try:
        key = RawKey.parse(text)
    except ValueError:
        return
    assert str(key) == text


def test_keys_have_the_documented_form() -> None:
    assert str(RawKey.of_part("spotify", RUN, 0)) == PART
    assert str(RawKey.of_manifest("spotify", RUN)) == MANIFEST
    assert run_prefix("spotify", RUN) == RUN_PREFIX


def test_a_raw_object_becomes_one_object_for_each_table_and_one_of_quarantine() -> None:
    key = RawKey.parse(PART)
    name = "day=2026-11-21/spotify.20261121T060000Z-k3x2ab.part-0000.parquet"
    assert key.curated("tracks") == f"curated/tracks/{name}"
    assert key.curated("quarantine") == f"quarantine/{name}"
    assert key.curated("tracks").startswith(partition_prefix("tracks", "2026-11-21"))
    assert partition_prefix("tracks", "2026-11-21").startswith(table_prefix("tracks"))


def test_a_manifest_is_distinguished_from_a_part() -> None:
    assert RawKey.parse(MANIFEST).is_manifest
    assert not RawKey.parse(PART).is_manifest


@pytest.mark.parametrize("number", [-1, 10_000])
def test_a_run_has_at_most_ten_thousand_parts(number: int) -> None:
    with pytest.raises(ValueError, match="not between 0 and 9999"):
        RawKey.of_part("spotify", RUN, number)


def test_the_last_part_of_a_full_run_has_a_key() -> None:
    assert RawKey.of_part("spotify", RUN, 9999).part == "part-9999"


@pytest.mark.parametrize("text", HOSTILE)
def test_a_key_with_hostile_text_cannot_be_built(text: str) -> None:
    with pytest.raises(ValueError, match="is not a source"):
        RawKey(text, RUN, "part-0000")
    with pytest.raises(ValueError, match="is not a source"):
        run_prefix(text, RUN)
    with pytest.raises(ValueError, match="is not a part"):
        RawKey("spotify", RUN, text)
    with pytest.raises(ValueError, match="is not a table"):
        RawKey.parse(PART).curated(text)
    with pytest.raises(ValueError, match="is not a table"):
        table_prefix(text)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "piece", ["spotify", "2026-11-21", "20261121T060000Z-k3x2ab", "part-0000", ".jsonl.zst"]
)
def test_a_key_with_hostile_text_in_any_place_cannot_be_parsed(piece: str, text: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        RawKey.parse(PART.replace(piece, text, 1))


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/" + PART,
        PART + "\n",
        PART + "/",
        PART.upper(),
        PART.replace("/", "%2F"),
        PART.replace("=", "%3D"),
        PART.replace("raw/", "raw//"),
        PART.replace("raw/", "raw/../raw/"),
        PART.replace("part-0000", "part-000"),
        PART.replace("part-0000", "part-00000"),
        PART.replace("part-0000", "part-\uff10\uff10\uff10\uff10"),  # fullwidth digits
        PART.replace(".jsonl.zst", ".json"),
        PART.replace(".jsonl.zst", ".jsonl"),
        MANIFEST.replace(".json", ".jsonl.zst"),
        PART.replace("raw/", "curated/"),
        PART.replace("spotify", "s" * 1025),
        f"{PART}{'x' * (MAX_KEY_BYTES + 1 - len(PART))}",
        "state/source=spotify/playlists.json",
    ],
)
def test_a_text_that_is_not_a_raw_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        RawKey.parse(key)


def test_the_date_in_a_key_is_the_date_of_its_run() -> None:
    with pytest.raises(ValueError, match="is not a key like"):
        RawKey.parse(PART.replace("2026-11-21", "2026-11-22"))


def test_the_error_about_a_long_key_is_short() -> None:
    with pytest.raises(ValueError, match="is not a key like") as refusal:
        RawKey.parse("x" * 1_000_000)
    assert len(str(refusal.value)) < 500


@given(raw_keys)
def test_the_prefixes_of_a_key_lie_in_each_other_and_lead_to_its_manifest(key: RawKey) -> None:
    run = run_prefix(key.source, key.run_id)
    day = day_prefix(key.source, key.run_id.snapshot_date)
    assert run.startswith(day)
    assert day.startswith(source_prefix(key.source))
    assert manifest_under(run) == RawKey.of_manifest(key.source, key.run_id)


@pytest.mark.parametrize("prefix", ["", "raw/", PART, f"{RUN_PREFIX}more/", RUN_PREFIX[:-2] + "/"])
def test_a_prefix_that_is_none_of_a_run_has_no_manifest(prefix: str) -> None:
    assert manifest_under(prefix) is None


DIGEST = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("standing", "name"), [(False, f"2026-11.{DIGEST}"), (True, f"2026-11.{DIGEST}.standing")]
)
def test_a_compacted_key_names_its_generation(standing: bool, name: str) -> None:
    assert generation("2026-11", DIGEST, standing=standing) == name
    key = compacted_key("tracks", name)
    assert key == f"compacted/tracks/generation={name}/rows.parquet"
    assert key.startswith(compacted_prefix("tracks"))
    assert generation_of(key) == name


@pytest.mark.parametrize("month", ["2026", "2026-11-01", "../2026-11", ""])
def test_a_generation_is_of_a_month(month: str) -> None:
    with pytest.raises(ValueError, match="is not a month"):
        generation(month, DIGEST)


@pytest.mark.parametrize("digest", ["", "/", DIGEST.upper(), f"{DIGEST}0", f"{DIGEST}\n"])
def test_a_generation_has_a_digest(digest: str) -> None:
    with pytest.raises(ValueError, match="is not a digest"):
        generation("2026-11", digest)
    with pytest.raises(ValueError, match="is not a digest"):
        compaction_record_key("marks", "2026-11", digest, "json")


@pytest.mark.parametrize(
    ("table", "name"), [("../x", f"2026-11.{DIGEST}"), ("tracks", "2026-11"), ("tracks", "' or '")]
)
def test_a_compacted_key_has_no_hostile_text(table: str, name: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        compacted_key(table, name)


@pytest.mark.parametrize(
    "key",
    [
        "compacted/in-force.json",
        f"compacted/marks/month=2026-11/{DIGEST}.json",
        f"compacted/tracks/generation=2026-11.{DIGEST}/other.parquet",
        f"compacted/tracks/generation=2026-11.{DIGEST}' or '/rows.parquet",
        "curated/tracks/day=2026-11-21/rows.parquet",
    ],
)
def test_another_key_has_no_generation(key: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        generation_of(key)


@pytest.mark.parametrize("what", ["marks", "checkpoint"])
def test_a_record_of_a_compaction_is_in_no_table(what: str) -> None:
    key = compaction_record_key(what, "2026-11", DIGEST, "json")
    assert key == f"compacted/{what}/month=2026-11/{DIGEST}.json"
    for table in (*TABLE_NAMES, *HISTORY_TABLE_NAMES):
        assert not key.startswith(compacted_prefix(table))


def test_the_days_of_a_month_have_their_prefix_in_common() -> None:
    prefix = month_prefix("loads", "2026-11")
    assert prefix == "curated/loads/day=2026-11-"
    assert partition_prefix("loads", "2026-11-21").startswith(prefix)
