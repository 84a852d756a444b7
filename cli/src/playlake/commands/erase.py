"""`playlake erase`: a person or a playlist is taken out of a lake, for good."""

from typing import TYPE_CHECKING, Annotated

import typer

from playlake.commands.options import Lake, Source
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lakes.opening import open_erasable
from playlake.running.environment import pseudonyms
from playlake.sources.registry import SOURCES
from playlake_contracts.erased import Kind

if TYPE_CHECKING:
    from playlake.erasing.lakes import ErasableLake
    from playlake_lake.erasure.erase import Erasure
    from playlake_lake.erasure.finding import Found
    from playlake_lake.erasure.progress import Receipt
    from playlake_lake.erasure.scope import Scope
    from playlake_lake.erasure.subject import Subject

EXAMPLES = """\b
playlake erase --user someone
playlake erase --user someone --yes
playlake erase --playlist 37i9dQZF1DXcBWIGoYBM5M --yes
playlake erase --all --source listenbrainz --yes
playlake erase --all --account bo --yes
playlake erase --all --unnamed --yes
"""

_DEFAULT_SOURCE = "spotify"


def erase(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    user: Annotated[
        str | None,
        typer.Option(metavar="ID", help="A person, by the id, a URI or a link of the user."),
    ] = None,
    playlist: Annotated[
        str | None, typer.Option(metavar="ID", help="A playlist, by its id, URI or link.")
    ] = None,
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="All that the lake has, or what --source, --account or --unnamed says."
        ),
    ] = False,
    account: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="With --all: only what the runs of this account have landed.",
        ),
    ] = None,
    unnamed: Annotated[
        bool,
        typer.Option(
            "--unnamed",
            help="With --all: only what the runs of the account without a name have landed. "
            "Imports stay.",
        ),
    ] = False,
    login: Annotated[
        bool,
        typer.Option("--login", help="Erase the user also if it seems to be the login's own."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be erased, and change nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Erase it, and do not only show it.")] = False,
    source: Source = None,
    lake: Lake = None,
) -> None:
    """Erase a person or a playlist from the lake, for good.

    Raw objects are written anew without it, and so is all that was made from them. Old versions go
    too. A person who added entries to a playlist, or owns one, is replaced by ~erased there, and
    every other value stays. With the key of pseudonyms in the environment, the pseudonym of the
    person is erased. What was erased is not landed again, and a receipt without any name is
    kept under erasures/. Without --yes it only shows what it would erase.
    """
    here = context.ensure_object(Invocation)
    _check_one(user, playlist, everything=everything)
    if not everything and (account is not None or unnamed):
        raise CommandError(f"{'--unnamed' if unnamed else '--account'} goes with --all")
    if account is not None and unnamed:
        raise CommandError("--account and --unnamed are two accounts: erase one after the other")
    is_real = yes and not dry_run
    opened = open_erasable(here, lake)
    with opened.explained():
        if everything:
            # The source of the environment is where runs read from, and is not meant here.
            given = context.get_parameter_source("source")
            is_meant = given is not None and given.name == "COMMANDLINE"
            chosen = _checked(source) if source and is_meant else None
            _erase_all(here, opened, _scope(chosen, account, is_unnamed=unnamed), is_real=is_real)
            return
        subject = _subject(user, playlist, _checked(source or _DEFAULT_SOURCE))
        _erase(here, opened, subject, is_login_meant=login, is_real=is_real)


def _check_one(user: str | None, playlist: str | None, *, everything: bool) -> None:
    """Check that one thing is to be erased.

    Raises:
        CommandError: none is given, several are, or the text is empty.
    """
    given = [each for each in (user, playlist, everything or None) if each is not None]
    if len(given) != 1:
        raise CommandError("say what to erase: one of --user, --playlist and --all")
    if isinstance(given[0], str) and not given[0].strip():
        raise CommandError("the id is empty: give one")


def _checked(source: str) -> str:
    if source not in SOURCES:
        raise CommandError(f"no source is called {source!r}: give one of {', '.join(SOURCES)}")
    return source


def _scope(source: str | None, account: str | None, *, is_unnamed: bool) -> "Scope":
    from playlake_contracts.sources.account_names import check_account
    from playlake_lake.erasure.scope import UNNAMED, Scope

    if is_unnamed:
        return Scope(source or _DEFAULT_SOURCE, UNNAMED)
    if account is None:
        return Scope(source)
    try:
        return Scope(source or _DEFAULT_SOURCE, check_account(account))
    except ValueError as error:
        raise CommandError(str(error)) from None


def _subject(user: str | None, playlist: str | None, source: str) -> "Subject":
    from playlake_contracts.sources.people import PEOPLE
    from playlake_contracts.sources.references import REFERENCES
    from playlake_lake.erasure.subject import Subject

    if user is not None:
        named = PEOPLE[source].user_of(user.strip())
        mask = pseudonyms(source)
        return Subject(source, Kind.USER, (mask and mask.of(named)) or named)
    named = (playlist or "").strip()
    try:
        return Subject(source, Kind.PLAYLIST, REFERENCES[source].parse_playlist(named))
    except ValueError:  # an imported playlist has an id of another form
        return Subject(source, Kind.PLAYLIST, named)


def _erase(
    here: Invocation,
    opened: "ErasableLake",
    subject: "Subject",
    *,
    is_login_meant: bool,
    is_real: bool,
) -> None:
    from playlake.erasing.committing import Committing
    from playlake_lake.erasure.erase import Erasure

    if is_real:  # before raw objects are looked through, which takes a while
        opened.store.check_versions_can_go()
    with Committing(opened.place) as committing:
        erasure = Erasure(opened.store, subject, committing.commit, opened.derived())
        with here.working("Looking through the raw objects"):
            found = erasure.look()
        if not is_login_meant and erasure.seems_to_be_login(found):
            raise CommandError(
                f"{subject} owns most of the playlists that the login lists, so it seems to be "
                "the login's own: --all erases a whole lake, and --login this user all the same"
            )
        if not is_real:
            here.output.print(
                _planned(found, subject), markup=False, highlight=False, soft_wrap=True
            )
            here.say("Nothing was changed: the same command with --yes erases it for good.")
            return
        with here.working("Erasing"):
            receipt = erasure.run()
    here.output.print(_done(receipt), markup=False, highlight=False, soft_wrap=True)
    _say_unreadable(erasure, receipt)


def _erase_all(here: Invocation, opened: "ErasableLake", scope: "Scope", *, is_real: bool) -> None:
    from playlake_lake.erasure.everything import EraseAll

    compact, adopt = (
        (opened.publish, opened.drop_iceberg)
        if scope.source is None
        else (opened.compact, opened.adopt)
    )
    erasure = EraseAll(opened.store, scope, compact, adopt, lambda: opened.elsewhere(scope))
    if not is_real:
        here.output.print(
            f"Objects that would be removed: {erasure.plan():,}.", markup=False, highlight=False
        )
        here.say("Nothing was changed: the same command with --yes removes them for good.")
        return
    with here.working("Erasing"):
        receipt = erasure.run()
    here.output.print(_all_done(receipt), markup=False, highlight=False, soft_wrap=True)


def _planned(found: "Found", subject: "Subject") -> str:
    if not found.objects and not found.without_raw:
        return f"No raw object has {subject}, and no row whose raw object is gone."
    frames = (
        f"snapshots of the playlist: {found.playlists:,}"
        if subject.kind is Kind.PLAYLIST
        else f"snapshots with the user: {found.redacted:,}"
    )
    gone = f" Parts whose raw objects are gone: {found.without_raw:,}." if found.without_raw else ""
    return f"Raw objects that would be written anew: {len(found.objects):,}, {frames}.{gone}"


def _done(receipt: "Receipt") -> str:
    return (
        f"Erased. Raw objects written anew: {receipt.raw_objects:,}, removed: "
        f"{receipt.raw_objects_removed:,}. Rows removed: {receipt.rows:,}. Old versions removed: "
        f"{receipt.old_versions:,}."
    )


def _all_done(receipt: "Receipt") -> str:
    return (
        f"Erased. Raw objects removed: {receipt.raw_objects_removed:,}, other objects and dead "
        f"letters: {receipt.records:,}. Old versions removed: {receipt.old_versions:,}."
    )


def _say_unreadable(erasure: "Erasure", receipt: "Receipt") -> None:
    """Say what could not be looked into.

    Raises:
        CommandError: there is such an object; everything else is erased.
    """
    if receipt.unreadable:
        first = min(map(str, erasure.look().unreadable))
        raise CommandError(
            f"raw objects that cannot be read: {receipt.unreadable:,}, such as {first}; nobody "
            "knows what they have, so remove them if they may have it"
        )
