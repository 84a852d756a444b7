"""`playlake up`: the page over a lake, for as long as a person wants it."""

import os
import time
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from playlake.commands.options import Compact, Lake, Port
from playlake.errors import CommandError
from playlake.invocation import Invocation
from playlake.lakes.lake import Lake as OpenLake
from playlake.lakes.opening import folder_of, make_lake, open_lake
from playlake.local_aws import LocalAws
from playlake.local_aws.backlog import uncommitted
from playlake.local_aws.environments import aws_settings
from playlake.local_aws.server import running_server
from playlake.local_aws.transformer import transform_queued
from playlake_aws.queues import queue_depth

if TYPE_CHECKING:
    from playlake.running.repeated import Repeated
    from playlake_web.facts.pipeline import Schedule

EXAMPLES = """\b
playlake up
playlake up --every 24h             take a snapshot every day as well
playlake up --lake demo
playlake up --lake s3://BUCKET --no-open
playlake up --aws
"""

_LOOK_EVERY_SECONDS = 2.0


WithAws = Annotated[
    bool,
    typer.Option("--aws", help="Keep the local AWS running, and show the lake that is in it."),
]
PagePort = Annotated[
    int | None,
    typer.Option(
        "--page-port",
        envvar="PLAYLAKE_PAGE_PORT",
        metavar="PORT",
        min=1,
        max=65535,
        help="Where to serve the page. Default: 4848, or a free one when that is taken.",
    ),
]
Opens = Annotated[
    bool, typer.Option("--open/--no-open", help="Whether to open the page in the browser.")
]
Describes = Annotated[
    bool, typer.Option("--docs/--no-docs", help="Whether /docs describes the REST API.")
]
Every = Annotated[
    str | None,
    typer.Option(
        "--every",
        metavar="INTERVAL",
        help="Run as `playlake run` does as well, so often: 24h, 6h, 30m. A run that is overdue is "
        "made up for at once. PLAYLAKE_SOURCE names the source, and PLAYLAKE_ACCOUNT the account.",
    ),
]


def up(  # noqa: PLR0913 - one parameter an option
    context: typer.Context,
    *,
    with_aws: WithAws = False,
    page_port: PagePort = None,
    opens: Opens = True,
    describes: Describes = True,
    every: Every = None,
    compact: Compact = True,
    port: Port = None,
    lake: Lake = None,
) -> None:
    """Show a lake in the browser until Ctrl-C.

    It shows each playlist on any day, what changed, where songs are and were, and all runs. It is
    served to this machine alone, and the link that is printed signs in one browser. A lake on AWS
    is read with your own credentials. `--port` is the port of the local AWS.

    With `--every` it also takes snapshots into the lake of a folder, as long as it lasts, and says
    here and on the page when the next one is due.

    Programs show a token of the variable PLAYLAKE_TOKENS, such as read:SECRET,operate:SECRET, and
    programs that read feeds one such as feed:SECRET, as /feed.atom?token=SECRET.
    """
    here = context.ensure_object(Invocation)
    if with_aws and lake is not None:
        raise CommandError("--aws shows the lake of the local AWS: leave --lake out")
    if with_aws and every is not None:
        raise CommandError("--every runs into a lake in a folder: leave --aws or --every out")
    if with_aws:
        with here.local_aws(port) as aws:
            go_on = partial(transform_queued, os.environ, aws, here.project.logs, say=here.say)
            how = _How(opens, describes, go_on)
            with _shown(here, _local_lake(here, aws), page_port, how):
                while running_server(here.project):
                    time.sleep(_LOOK_EVERY_SECONDS)
        raise CommandError(f"the local AWS has ended: see {here.project.logs / 'aws.log'}")
    if every is not None:
        runs = _runs(here, every, lake, compacts=compact)
        with _shown(here, runs.lake, page_port, _How(opens, describes, schedule=runs.schedule)):
            runs.go_on()
    # A new lake is empty, and its page says how to fill it.
    opened = make_lake(here, None) if lake is None else open_lake(here, lake)
    with _shown(here, opened, page_port, _How(opens, describes)):
        while True:
            time.sleep(_LOOK_EVERY_SECONDS)


class _How(NamedTuple):
    """How a page is shown.

    Attributes:
        opens: whether the browser opens it.
        describes: whether it has the page that documents the API.
        go_on: transforms what is announced, where no service does that.
        schedule: the runs that this process starts; None if it starts none.
    """

    opens: bool
    describes: bool
    go_on: Callable[[], None] | None = None
    schedule: Callable[[], "Schedule | None"] = lambda: None


def _runs(here: Invocation, every: str, lake: str | None, *, compacts: bool) -> "Repeated":
    """The runs that `--every` asks for, into a lake that is made if it is not there."""
    from playlake.running.environment import account_of, playlists_setting
    from playlake.running.repeated import Repeated, parse_every
    from playlake.running.snapshot import Wanted
    from playlake.sources.registered import Given
    from playlake.sources.registry import VARIABLE, find_source

    interval = parse_every(every)
    folder_of(here, lake, "there the schedule of the deployment starts runs, so leave --every out")
    source = find_source(os.environ.get(VARIABLE))
    account = account_of(os.environ)
    playlists = playlists_setting([], here.project, source.name, account)
    credentials = os.environ.get("PLAYLAKE_SPOTIFY_CREDENTIALS")
    given = Given(playlists, credentials=credentials, account=account)
    settings = source.run_settings(here, given)
    wanted = Wanted(playlists, settings, source.name, compacts=compacts, account=account)
    return Repeated.of(here, make_lake(here, lake), wanted, interval)


@contextmanager
def _shown(here: Invocation, lake: OpenLake, port: int | None, how: _How) -> Iterator[None]:
    from playlake.services.ports import listen, listen_near
    from playlake.serving.server import PORT, served, tokens_of

    tokens = tokens_of(os.environ)
    listening = listen_near(PORT, "page", here.say) if port is None else listen(port)
    with ExitStack() as serving:
        with here.working("Reading the lake"):
            serves = served(
                lake,
                listening,
                tokens,
                has_documentation=how.describes,
                say=here.say,
                go_on=how.go_on,
                schedule=how.schedule,
            )
            address, link = serving.enter_context(serves)
        here.output.print(f"{lake.place} is shown at {address}", highlight=False, soft_wrap=True)
        here.output.print(f"This link signs in once: {link}", highlight=False, soft_wrap=True)
        here.output.print("Ctrl-C stops it.")
        if how.opens:
            webbrowser.open(link)
        yield


def _local_lake(here: Invocation, aws: LocalAws) -> OpenLake:
    """The lake of the local AWS; what was landed and not transformed is transformed first."""
    from playlake.lakes.aws import AwsLake
    from playlake.local_aws.deployment import LOCAL

    here.output.print(f"The local AWS is ready: {aws.endpoint_url}", highlight=False)
    here.output.print("Commands reach its lake with --lake and these variables:")
    for name, text in aws_settings(aws).items():
        here.output.print(f"  export {name}={text}", highlight=False, soft_wrap=True)
    here.output.print(f"  --lake s3://{aws.resources.raw_bucket}", highlight=False)
    _go_on(here, aws)
    return AwsLake(LOCAL, aws)


def _go_on(here: Invocation, aws: LocalAws) -> None:
    if not (any(queue_depth(aws, aws.queue_url)) and uncommitted(aws)):
        return
    try:
        with here.working("Transforming what was landed before"):
            transform_queued(os.environ, aws, here.project.logs, say=here.say)
    except CommandError as error:
        here.say(f"playlake: {error}")
    else:
        here.say("What was landed before is transformed.")
