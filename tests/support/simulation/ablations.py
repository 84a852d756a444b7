"""The safeguards of the transformer, and how each is edited out of its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_S3, _GLUE, _WORKER = "adapters/s3.py", "adapters/glue.py", "worker.py"


@dataclass(frozen=True, slots=True)
class Ablation:
    """A safeguard, and what takes it away.

    Attributes:
        safeguard: what is missing afterwards.
        file: the module, below `playlake_transformer`.
        edits: texts, each of which must occur once, and what replaces them.
    """

    safeguard: str
    file: str
    edits: tuple[tuple[str, str], ...]


_PUT_FILES = """            await side_by_side(
                self._put(created, file, _metadata(file, raw_object.etag, attempt, transformed))
                for file in files
            )
"""
_PUT_MARK = "            written_at = await self._put(created, mark, metadata)\n"
_DELETE = "        await self.queue.delete(message)\n"
_PARSE = "        try:\n            records = parse_message(message.body)\n"
_REMEMBER = "                self._registered.add(day)\n"
_REGISTER = "                await self._register(table, snapshot_date)\n"
ABLATIONS: Final = (
    Ablation("If-None-Match", _S3, (('**request, IfNoneMatch="*")', "**request)"),)),
    Ablation(
        "commit mark last", "committer.py", ((_PUT_FILES, ""), (_PUT_MARK, _PUT_MARK + _PUT_FILES))
    ),
    Ablation("delete after commit", "processor.py", ((_DELETE, ""), (_PARSE, _DELETE + _PARSE))),
    Ablation("heartbeat", "heartbeat.py", (("await queue.extend(message)", "pass"),)),
    Ablation(
        "version pin",
        _S3,
        (('return {**request, "VersionId": created.version_id}', "return request"),),
    ),
    Ablation(
        "ETag pin",
        _S3,
        (
            (
                'return request if created.etag is None else {**request, "IfMatch": created.etag}',
                "return request",
            ),
        ),
    ),
    Ablation(
        "unquoting of keys",
        "domain/events.py",
        (('unquote_plus(encoded, errors="strict")', "encoded"),),
    ),
    Ablation(
        "Failed of batch deletes",
        "adapters/sqs_deletes.py",
        (('for failed in answer.get("Failed", ())', "for failed in ()"),),
    ),
    Ablation(
        "breaker",
        "breaker.py",
        (("if self._failures >= FAILURES_TO_OPEN and self._opened_at is None:", "if False:"),),
    ),
    Ablation(
        "one message at a time while the breaker is open",
        _WORKER,
        (("at_most = 1 if self._breaker.open_since else", "at_most ="),),
    ),
    Ablation(
        "conservation check", "domain/part.py", (("            _check_counted(content)\n", ""),)
    ),
    Ablation(
        "idempotent reject",
        "rejecting.py",
        (("if earlier is not None and _is_repeated(reject, earlier, message):", "if False:"),),
    ),
    Ablation(
        "metadata check on 412",
        _S3,
        (("if not is_equal(found, metadata):", "if False:"),),
    ),
    Ablation(
        "giving back at shutdown",
        _WORKER,
        (
            (
                "        for message in messages:\n            await self._release(message)\n",
                "",
            ),
        ),
    ),
    Ablation(
        "giving back after a failure",
        _WORKER,
        (
            (
                (
                    "            self._note_failed_call()\n        await self._give_back("
                    "message, backoff(message.receives, self._breaker.dice))\n"
                ),
                "            self._note_failed_call()\n",
            ),
        ),
    ),
    Ablation(
        "retry of 409",
        _S3,
        (
            (
                (
                    "                    if error_code(error) not in CONFLICT:\n"
                    "                        raise\n"
                ),
                "                    raise\n",
            ),
        ),
    ),
    Ablation(
        "failures of AWS are charged to no object",
        "processor.py",
        (("except (AwsUnavailableError, RejectError):", "except RejectError:"),),
    ),
    Ablation(
        "record of the transformer's own failures",
        "adapters/s3_records.py",
        (("                return number\n", "                return 1\n"),),
    ),
    Ablation(
        "a day is known only when it is registered",
        _GLUE,
        ((_REGISTER + _REMEMBER, _REMEMBER + _REGISTER),),
    ),
    Ablation(
        "another attempt while a crawl runs",
        _GLUE,
        (
            (
                (
                    "                if error_code(error) in _RUNNING:\n"
                    "                    return False\n"
                ),
                (
                    "                if error_code(error) in _RUNNING:\n"
                    "                    return True\n"
                ),
            ),
        ),
    ),
    Ablation(
        "crawl after a commit of another process",
        "processor.py",
        (
            (
                "        if processed.load is not None:\n",
                "        if processed.load is not None and processed.load.is_new:\n",
            ),
        ),
    ),
    Ablation(
        "reconciler",
        "reconciler.py",
        (("await self._announce([each for day in days for each in day.undone()], now)", "pass"),),
    ),
    Ablation(
        "a crawl that is due is found after a restart",
        "reconciler.py",
        (("        self._tell_newest_commit(days)\n", ""),),
    ),
    Ablation(
        "pause after a poll that was empty at once",
        _WORKER,
        (("if has_answered and not messages and took < _SHORTEST_EMPTY_POLL:", "if False:"),),
    ),
)
