"""What docker-compose.yml says, as far as no engine is needed to know it."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

CHECKOUT = Path(__file__).resolve().parents[3]

COMPOSE_FILE = (CHECKOUT / "docker-compose.yml").read_text()
COMPOSE = yaml.safe_load(COMPOSE_FILE)
EXAMPLE = (CHECKOUT / ".env.example").read_text()
VARIABLE = re.compile(r"\$\{(?P<name>[A-Z_]+)(?::?-(?P<default>[^}]*))?\}")


def test_without_credentials_a_run_reads_the_stand_in() -> None:
    assert "PLAYLAKE_SANDBOX_URL: http://sandbox:8888\n" in COMPOSE_FILE
    credentials = {name: value for name, value in defaults().items() if "SPOTIFY" in name}
    assert len(credentials) == 3
    assert set(credentials.values()) == {""}


def test_all_that_runs_starts_again_with_the_machine() -> None:
    services = COMPOSE["services"]
    running = services.keys() - {"provision", "compactor", "extractor", "playlake"}
    assert {name: services[name].get("restart") for name in running} == dict.fromkeys(
        ("aws", "sandbox", "transformer", "scheduled-extractor"), "unless-stopped"
    )


def test_every_image_is_built_by_one_service_and_those_of_up_by_up() -> None:
    services = COMPOSE["services"]
    built = [service["image"] for service in services.values() if "build" in service]
    assert len(built) == len(set(built))
    assert {service["image"] for service in services.values()} == set(built)
    beside = [name for name, one in services.items() if "build" in one and "profiles" in one]
    # Nothing of `up` needs them, and their images are large.
    assert beside == ["compactor", "playlake"]


def test_the_command_asks_the_lake_of_the_stack() -> None:
    bucket = COMPOSE["services"]["transformer"]["environment"]["PLAYLAKE_RAW_BUCKET"]
    command = COMPOSE["services"]["playlake"]["environment"]
    assert command["PLAYLAKE_LAKE"] == f"s3://{bucket}"
    assert command["AWS_ENDPOINT_URL"] == "http://aws:4566"


def test_the_example_documents_every_variable_and_no_other() -> None:
    documented = re.findall(r"^#([A-Z_]+)=", EXAMPLE, flags=re.MULTILINE)
    assert sorted(documented) == sorted(defaults())


def test_the_example_shows_the_defaults() -> None:
    shown = dict(re.findall(r"^#([A-Z_]+)=(.+)$", EXAMPLE, flags=re.MULTILINE))
    assert len(shown) > 5
    assert shown == {name: defaults()[name] for name in shown}


def test_the_example_sets_nothing() -> None:
    assert all(line.startswith("#") for line in EXAMPLE.splitlines() if line)


def test_ports_are_published_on_this_machine_only() -> None:
    published = re.findall(r"^ +- (\S+):\d+$", COMPOSE_FILE, flags=re.MULTILINE)
    assert len(published) == 3
    assert all(address.startswith("127.0.0.1:") for address in published)


def defaults() -> dict[str, str]:
    """The variables of docker-compose.yml and what stands for one that is not set."""
    return {found["name"]: found["default"] for found in VARIABLE.finditer(COMPOSE_FILE)}
