"""What our images are: small, without tools, never root, and told to stop by a signal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from composed import Engine

pytestmark = pytest.mark.timeout(900)

_MB = 1000 * 1000
SERVICES = ("extractor", "transformer", "sandbox")


@pytest.mark.parametrize(("service", "limit_mb"), [("extractor", 250), ("transformer", 500)])
def test_an_image_is_small(images: Engine, service: str, limit_mb: int) -> None:
    size = images.images.get(f"playlake/{service}").attrs["Size"]
    print(f"{service}: {size / _MB:.0f} MB")
    assert 50 * _MB < size < limit_mb * _MB


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_names_a_user_by_number(images: Engine, service: str) -> None:
    assert configuration(images, service)["User"] == "10001:10001"


@pytest.mark.parametrize("service", SERVICES)
def test_no_shell_stands_between_a_service_and_its_signals(images: Engine, service: str) -> None:
    entrypoint = configuration(images, service)["Entrypoint"]
    assert entrypoint == ["/opt/venv/bin/python", "-m", f"playlake_{service}"]


@pytest.mark.parametrize("service", ["transformer", "sandbox"])
def test_a_server_is_checked_without_a_shell(images: Engine, service: str) -> None:
    kind, program, *_ = configuration(images, service)["Healthcheck"]["Test"]
    assert (kind, program) == ("CMD", "/opt/venv/bin/python")


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_says_what_it_is(images: Engine, service: str) -> None:
    labels = configuration(images, service)["Labels"]
    for name in ("title", "description", "licenses", "version", "revision"):
        assert labels[f"org.opencontainers.image.{name}"]


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("tool", ["pip", "setuptools", "hatchling"])
def test_a_service_has_no_build_tool_beside_it(images: Engine, service: str, tool: str) -> None:
    found = f"import importlib.util as i; print(i.find_spec({tool!r}), i.find_spec('pydantic'))"
    printed = images.containers.run(
        f"playlake/{service}",
        ["-c", found],
        entrypoint=["/opt/venv/bin/python"],
        # The volume that an image declares here would outlive the container.
        tmpfs={"/tmp": ""},  # noqa: S108  named, not used
        remove=True,
    )
    assert printed.startswith(b"None ModuleSpec(")


def configuration(images: Engine, service: str) -> dict[str, Any]:
    """The configuration that containers of a service's image start with."""
    config: dict[str, Any] = images.images.get(f"playlake/{service}").attrs["Config"]
    return config
