"""What holds for every test."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings
from started import adopt_orphans, give_children_default_signals, kill_descendants

from playlake.demo import sandbox
from playlake.local_aws import server
from playlake.local_aws import transformer as transformer_process

# A slow machine is no failure.
settings.register_profile("playlake", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("playlake")


def pytest_addoption(parser: pytest.Parser) -> None:
    """How much of what takes long is done; `make` gives more than these."""
    for name, default, words in (
        ("kills", 2, "how often a process is killed"),
        ("playlists", 20, "playlists of each run of the extractor"),
        ("parts", 40, "parts that transformers are given"),
        ("strikes", 4, "how often a transformer is killed"),
        ("poison", 19, "what transformers can never process"),
        ("stops", 2, "how often a transformer is asked to stop"),
        ("outage", 20, "seconds for which S3 fails"),
        ("mutations", 400, "parts that are mutated"),
        ("generated", 150, "parts that are generated and transformed twice"),
    ):
        parser.addoption(f"--{name}", type=int, default=default, help=words)
    parser.addoption("--spark", default=".venv-spark", help="the environment that has Spark")
    parser.addoption("--minutes", type=float, default=1, help="how long the soak lasts")
    parser.addoption("--base", default="HEAD~100", help="the commit that is upgraded from")
    parser.addoption("--seed", type=int, help="what is chosen follows from it; each run prints it")


@pytest.fixture(scope="session", autouse=True)
def any_port() -> None:
    """Tests run side by side: none of them prefers a port that another prefers too."""
    transformer_process.PREFERRED_PORT = 0
    sandbox.PREFERRED_PORT = 0
    server.DEFAULT_PORT = 0


@pytest.fixture(scope="session", autouse=True)
def plain_tracebacks() -> None:
    """Logs that nobody has configured have plain tracebacks: drawing one takes half a second."""
    *before, _ = structlog.get_config()["processors"]
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*before, renderer])


@pytest.fixture(scope="session", autouse=True)
def default_signals() -> None:
    """What tests start gets default signals, however the tests themselves were started."""
    give_children_default_signals()


def pytest_configure() -> None:
    """Keep sight of processes whose parent is killed."""
    adopt_orphans()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Kill what tests left running, such as one that ran out of time, and say so."""
    for command in kill_descendants():
        print(f"killed what a test left running: {command}", file=sys.stderr)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the slow tests begin, in a random order: no worker is left alone with one at the end."""
    unit = Path(__file__).parent / "unit"
    items.sort(key=lambda item: unit in item.path.parents)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests that passed have measured, and how many calls were allowed and denied."""
    for report in terminalreporter.stats.get("passed", ()):
        for name, measured in report.user_properties:
            if name == "page":
                terminalreporter.write_line(f"Page: {measured}")
    counted = Counter(
        outcome
        for report in terminalreporter.stats.get("passed", ())
        for name, outcome in report.user_properties
        if name == "iam"
    )
    if counted:
        totals = (f"{counted[kind]} {kind} ({counted[f'simulated {kind}']} more simulated)"
                for kind in ("allowed", "denied"))  # fmt: skip
        terminalreporter.write_line(f"IAM: {', '.join(totals)}")
