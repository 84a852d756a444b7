"""Writes the notice of a run: what changed, in the words of `playlake diff`, and what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from playlake_web.feeds import lines
from playlake_web.notices.notice import Notice, one_line, scheduled_at
from playlake_web.notices.reading import findings_of
from playlake_web.words import OUTCOMES, count_of, day_words, time_words, why_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playlake_web.facts.feed import News
    from playlake_web.facts.history import Change
    from playlake_web.facts.playlists import PlaylistKey
    from playlake_web.notices.findings import Alarm, EndedRun, Findings, Unread
    from playlake_web.reader import Rows

# What a message has at most; it says how many more there are.
_LINES: Final = 30
_DETAILED: Final = 20
_NAMED: Final = 200
_OF_CHANGE: Final = (
    "identity", "item_type", "name", "artists", "added_at", "added_by", "from_position",
    "to_position", "old_value", "new_value",
)  # fmt: skip


def notice_of(lake: Rows, run: EndedRun) -> Notice | None:
    """The notice of a run; None if nothing changed and nothing is wrong.

    Args:
        lake: the committed rows.
        run: the run, of which nothing is left to transform.

    Raises:
        LakeError: the lake cannot be read.
    """
    found = findings_of(lake, run)
    return written(found) if found.is_worth_telling else None


def written(found: Findings) -> Notice:
    """The notice of what a run found."""
    run_id = found.run.run_id
    at = scheduled_at(run_id)
    head = f"Run {run_id} of {day_words(at.date(), year=True)}, {time_words(at)} UTC."
    parts = [head, *_changed(found), *_wrong(found), _advice(found)]
    return Notice(run_id, _subject(found), "\n\n".join(parts) + "\n", _facts(found))


def _subject(found: Findings) -> str:
    said = [*_subject_of_news(found), *_subject_of_troubles(found)]
    return one_line(f"Playlake: {', '.join(said)}", most=150)


def _subject_of_news(found: Findings) -> Iterator[str]:
    if len(found.news) == 1:
        (news,) = found.news
        yield f"{found.labels[news.key]}: {news.summary}"
    elif found.news:
        yield f"{count_of(len(found.news), 'playlist')} changed"


def _subject_of_troubles(found: Findings) -> Iterator[str]:
    run = found.run
    if run.stopped is not None:
        yield f"the run stopped ({run.stopped.code})"
    if found.troubles:
        yield f"{count_of(len(found.troubles), 'playlist')} not read"
    if run.rejected:
        yield f"{count_of(len(run.rejected), 'part')} rejected"
    if run.missing:
        yield f"{count_of(len(run.missing), 'part')} missing"
    if found.alarms:
        yield f"{count_of(len(found.alarms), 'quality rule')} broken"


def _changed(found: Findings) -> Iterator[str]:
    for news in found.news[:_DETAILED]:
        said = _lines(found, news)
        more = [f"  and {len(said) - _LINES:,} more"] if len(said) > _LINES else []
        yield "\n".join([_title(found, news), *(f"  {line}" for line in said[:_LINES]), *more])
    others = found.news[_DETAILED:_NAMED]
    left = len(found.news) - _DETAILED - len(others)
    more = [f"and {count_of(left, 'more playlist')}"] if left > 0 else []
    if others:
        yield "\n".join([*(_title(found, news) for news in others), *more])


def _title(found: Findings, news: News) -> str:
    return f"{_label(found, news.key)}: {news.summary}"


def _lines(found: Findings, news: News) -> list[str]:
    return [one_line(line) for line in lines(news, found.people)]


def _wrong(found: Findings) -> Iterator[str]:
    run = found.run
    said = [
        *([f"The run stopped: {one_line(run.stopped.reason)}"] if run.stopped else ()),
        *(_unread_line(found, each) for each in found.troubles[:_NAMED]),
        *(f"{each.part} was rejected: {one_line(each.reason)}" for each in run.rejected[:_NAMED]),
        *(f"{part} was never landed, though the manifest has it" for part in run.missing[:_NAMED]),
        *(_alarm_line(each) for each in found.alarms),
    ]
    if said:
        yield "\n".join(["Needs a look", *(f"  {line}" for line in said)])
    if standing := len(found.unread) - len(found.troubles):
        yield f"{count_of(standing, 'playlist')} could not be read, as in the run before."


def _unread_line(found: Findings, each: Unread) -> str:
    words = OUTCOMES[each.outcome]
    why = one_line(why_words(each.outcome, each.reason))
    return f"{_label(found, each.key)}: {words.word}. {why} {words.advice}"


def _alarm_line(alarm: Alarm) -> str:
    rows = f"{alarm.broken:,} of {count_of(alarm.checked, 'row')} of {alarm.table}"
    examples = f", such as {one_line(alarm.examples)}" if alarm.examples else ""
    return f"{alarm.rule} was broken by {rows}{examples}"


def _advice(found: Findings) -> str:
    run_id = found.run.run_id
    command = f"`playlake runs {run_id}` has the whole run" if found.asked else "`playlake doctor`"
    return f"`playlake up` shows it on a page, and {command}."


def _label(found: Findings, key: PlaylistKey) -> str:
    return one_line(found.labels[key])


def _facts(found: Findings) -> dict[str, Any]:
    run = found.run
    return {
        "kind": "run",
        "run_id": run.run_id,
        "scheduled_at": scheduled_at(run.run_id).isoformat(),
        "playlists_asked": found.asked,
        "playlists_changed": len(found.news),
        "changed": [_news_facts(found, news) for news in found.news[:_NAMED]],
        "not_read": [_unread_facts(found, each) for each in found.unread[:_NAMED]],
        "rejected": [
            {"part": each.part, "code": each.code, "reason": each.reason} for each in run.rejected
        ],
        "missing": list(run.missing),
        "alarms": [
            {
                "rule": each.rule,
                "table": each.table,
                "rows_broken": each.broken,
                "rows_checked": each.checked,
                "examples": each.examples,
            }
            for each in found.alarms
        ],
        "stopped": run.stopped and {"code": run.stopped.code, "reason": run.stopped.reason},
    }


def _news_facts(found: Findings, news: News) -> dict[str, Any]:
    return {
        "source": news.key.source,
        "playlist_id": news.key.id,
        "name": found.labels[news.key],
        "seen_at": news.seen_at.isoformat(),
        "summary": news.summary,
        "changes_in_all": len(news.changes),
        "changes": [_change_facts(each) for each in news.changes[:_LINES]],
    }


def _change_facts(change: Change) -> dict[str, Any]:
    return {"kind": change.change.value, **change.model_dump(mode="json", include=set(_OF_CHANGE))}


def _unread_facts(found: Findings, each: Unread) -> dict[str, Any]:
    return {
        "source": each.key.source,
        "playlist_id": each.key.id,
        "name": found.labels[each.key],
        "outcome": each.outcome.value,
        "code": each.code,
        "reason": each.reason,
        "is_told": each.is_told,
    }
