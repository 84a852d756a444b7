"""What must hold after every history."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from playlake_contracts.keys import RawKey
from simulation.bounds import broken_bounds
from simulation.life import DATABASE
from simulation.marks import LOADS, TABLES
from simulation.violation import Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulation.history import History


def violations(history: History) -> Iterator[Violation]:
    """Everything that a history broke."""
    yield from _committed_or_rejected(history)
    yield from _dead_letters(history)
    yield from _curated(history)
    yield from _registered(history)
    yield from broken_bounds(history)
    yield from (Violation("service ended", what) for what in history.errors)


def _committed_or_rejected(history: History) -> Iterator[Violation]:
    """Each version that was landed is committed, or is in the dead-letter queue."""
    rejected = dead_letters(history)
    for written, arrival in history.landed:
        subject = f"{written.key} {written.etag}"
        is_committed = history.marks.etags.get(written.key) == written.etag
        if not is_committed and subject not in rejected:
            yield Violation("lost", f"{subject} is neither committed nor rejected")
        if is_committed and arrival.landing.code is not None:
            yield Violation("phantom", f"{subject} is committed, it is {arrival.landing.code}")
        if is_committed:
            files = history.marks.expected(written.key, written.etag)
            rows = sum(file.rows for file in files if file.table == "playlist_items")
            if rows != arrival.landing.entries:
                what = f"{subject} has {rows} rows of {arrival.landing.entries} entries"
                yield Violation("wrong rows", what)


def _dead_letters(history: History) -> Iterator[Violation]:
    """Only poison is rejected, with its code; each once, but for kills while it was sent."""
    wanted = expected_codes(history)
    keys = Counter(written.key for written, _ in history.landed)
    replaced = {f"{each.key} {each.etag}" for each, _ in history.landed if keys[each.key] > 1}
    found = dead_letters(history)
    for subject, codes in found.items():
        allowed = wanted.get(subject, set())
        if not codes.keys() <= allowed:
            yield Violation("innocent rejected", f"{subject}: {dict(codes)}, not {allowed}")
        if subject in replaced:
            continue  # there is one record for both versions of a key
        if codes.total() > 1 + history.chaos.ledger.send_excuses:
            yield Violation("rejected twice", f"{subject}: {dict(codes)}")
    for body in {body for _, body, _ in history.plan.junk}:
        if subject_of(body) not in found:
            yield Violation("lost", f"{body} is not in the dead-letter queue")


def _curated(history: History) -> Iterator[Violation]:
    """What readers see is what the transformation makes of what was landed, once."""
    marks, curated = history.marks, history.aws.curated
    yield from (Violation("partial visible", what) for what in marks.partial)
    yield from (Violation("duplicated", f"{key} was written twice") for key in marks.overwritten)
    expected = {file.key for key, etag in marks.etags.items() for file in marks.expected(key, etag)}
    for key in curated.objects:
        is_file = key.startswith(TABLES) and not key.startswith(LOADS)
        if is_file and key not in expected and _is_visible(history, key):
            yield Violation("phantom", f"{key} belongs to no landed object")


def _is_visible(history: History, key: str) -> bool:
    """Whether a reader takes a file: the mark of its raw object is there."""
    name = key.rpartition("/")[2]
    return any(RawKey.parse(raw).curated("loads").endswith(name) for raw in history.marks.etags)


def _registered(history: History) -> Iterator[Violation]:
    """The catalog knows each day of each table of what is committed.

    Whoever replaces a raw object that was committed, but not registered yet, takes that away.
    """
    landed = Counter(written.key for written, _ in history.landed)
    for raw, etag in history.marks.etags.items():
        if landed[raw] > 1:
            continue
        day = RawKey.parse(raw).run_id.snapshot_date
        tables = [file.table for file in history.marks.expected(raw, etag)]
        for table in ("loads", *tables):
            if (day,) not in history.aws.glue.partitions[DATABASE, table]:
                yield Violation("unregistered", f"{table} of {day}")


def expected_codes(history: History) -> dict[str, set[str]]:
    """By subject, the codes with which it may be rejected."""
    codes: dict[str, set[str]] = {}
    keys = Counter(written.key for written, _ in history.landed)
    for written, arrival in history.landed:
        code = arrival.landing.code
        if code is not None:
            codes[f"{written.key} {written.etag}"] = {code}
        elif keys[written.key] > 1:
            codes[f"{written.key} {written.etag}"] = {"object_changed", "commit_conflict"}
    for _, body, code in history.plan.junk:
        codes[subject_of(body)] = {code}
    return codes


def dead_letters(history: History) -> dict[str, Counter[str]]:
    """By subject, how often it is in the dead-letter queue with which code."""
    found: dict[str, Counter[str]] = {}
    for held in history.aws.dead_letters.messages.values():
        code = held.attributes.get("code", {}).get("StringValue", "no code")
        found.setdefault(subject_of(held.body), Counter())[code] += 1
    return found


def subject_of(body: str) -> str:
    """What a dead letter is about: a version of an object, else the text itself."""
    try:
        [record] = json.loads(body)["Records"]
        described = record["s3"]["object"]
        return f"{unquote_plus(described['key'])} {described['eTag']}"
    except (ValueError, KeyError):
        return "".join(body.split())
