"""`playlake notify`: where notices of runs are sent, and a test of that."""

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.output.text import safe_text

if TYPE_CHECKING:
    from playlake_web.notices import Channel

EXAMPLES = """\b
playlake notify                 show where notices are sent
playlake notify --test          send a message that says it is a test
playlake notify --save          keep the variables of this shell for scheduled runs
playlake notify --forget        remove what was kept
"""


def notify(
    context: typer.Context,
    *,
    test: Annotated[bool, typer.Option("--test", help="Send a test to each place.")] = False,
    save: Annotated[
        bool,
        typer.Option("--save", help="Keep the variables PLAYLAKE_NOTIFY_… for scheduled runs."),
    ] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Remove what was kept.")] = False,
) -> None:
    """Show where notices of runs are sent, or send a test there.

    After each run one message says what changed in your playlists and what is wrong, as `playlake
    diff` says it; if there is neither, none is sent. PLAYLAKE_NOTIFY_WEBHOOK is an address to which
    it is posted; PLAYLAKE_NOTIFY_MAIL_TO and PLAYLAKE_NOTIFY_SMTP send mail.
    """
    here = context.ensure_object(Invocation)
    if sum((test, save, forget)) > 1:
        raise CommandError("--test, --save and --forget go alone: give one of them")
    if forget:
        _forget(here)
        return
    from playlake.notifying.settings import read_notice_settings

    channels = read_notice_settings(here.project).channels()
    if save:
        _save(here)
    if test:
        _test(here, channels)
    else:
        _show(here, channels)


def _show(here: Invocation, channels: "list[Channel]") -> None:
    for channel in channels:
        _print(here, f"Notices of runs are sent to {channel.place}.")
    if not channels:
        _print(
            here,
            "Notices of runs are sent nowhere: set PLAYLAKE_NOTIFY_WEBHOOK, or "
            "PLAYLAKE_NOTIFY_MAIL_TO and PLAYLAKE_NOTIFY_SMTP.",
        )


def _test(here: Invocation, channels: "list[Channel]") -> None:
    from playlake_web.notices import NotSentError, trial_notice

    if not channels:
        raise CommandError(
            "there is nowhere to send a test: set PLAYLAKE_NOTIFY_WEBHOOK, or "
            "PLAYLAKE_NOTIFY_MAIL_TO and PLAYLAKE_NOTIFY_SMTP"
        )
    notice, failures = trial_notice(datetime.now(UTC)), []
    for channel in channels:
        try:
            with here.working(f"Sending to {channel.place}"):
                channel.send(notice)
        except NotSentError as error:
            failures.append(str(error))
        else:
            _print(here, f"Sent “{notice.subject}” to {channel.place}.")
    if failures:
        raise CommandError("; ".join(failures))


def _save(here: Invocation) -> None:
    from playlake.notifying.saved import read_saved, save
    from playlake.notifying.settings import in_environment

    given = in_environment(os.environ)
    if not given:
        raise CommandError("this shell has no variable PLAYLAKE_NOTIFY_…: set those to keep first")
    file = save(here.project, {**read_saved(here.project), **given})
    _print(here, f"Kept {', '.join(given)} in {file}, which only you may read.")


def _forget(here: Invocation) -> None:
    from playlake.notifying.saved import forget, saved_file

    was = forget(here.project)
    _print(here, f"{'Removed' if was else 'There is no'} {saved_file(here.project)}.")


def _print(here: Invocation, sentence: str) -> None:
    here.output.print(safe_text(sentence), soft_wrap=True)
