"""Our images are small, have no build tools, do not run as root, and stop by a signal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from composed import Engine

pytestmark = pytest.mark.timeout(900)

_MB = 1000 * 1000
SERVICES = ("compactor", "extractor", "transformer", "sandbox")
OURS = (*SERVICES, "cli")


@pytest.mark.parametrize(
    ("service", "limit_mb"),
    [("compactor", 500), ("extractor", 250), ("transformer", 500), ("cli", 750)],
)
def test_an_image_is_small(images: Engine, service: str, limit_mb: int) -> None:
    size = images.images.get(f"playlake/{service}").attrs["Size"]
    print(f"{service}: {size / _MB:.0f} MB")
    assert 50 * _MB < size < limit_mb * _MB


@pytest.mark.parametrize("service", OURS)
def test_an_image_has_a_numeric_user(images: Engine, service: str) -> None:
    assert configuration(images, service)["User"] == "10001:10001"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_started_without_a_shell(images: Engine, service: str) -> None:
    entrypoint = configuration(images, service)["Entrypoint"]
    assert entrypoint == ["/opt/venv/bin/python", "-m", f"playlake_{service}"]


@pytest.mark.parametrize("service", ["transformer", "sandbox"])
def test_a_health_check_runs_without_a_shell(images: Engine, service: str) -> None:
    kind, program, *_ = configuration(images, service)["Healthcheck"]["Test"]
    assert (kind, program) == ("CMD", "/opt/venv/bin/python")


@pytest.mark.parametrize("service", OURS)
def test_an_image_has_its_labels(images: Engine, service: str) -> None:
    labels = configuration(images, service)["Labels"]
    for name in ("title", "description", "licenses", "version", "revision"):
        assert labels[f"org.opencontainers.image.{name}"]


@pytest.mark.parametrize("service", OURS)
@pytest.mark.parametrize("tool", ["pip", "setuptools", "hatchling"])
def test_an_image_has_no_build_tools(images: Engine, service: str, tool: str) -> None:
    found = f"import importlib.util as i; print(i.find_spec({tool!r}), i.find_spec('pydantic'))"
    printed = images.containers.run(
        f"playlake/{service}",
        ["-c", found],
        entrypoint=["/opt/venv/bin/python"],
        # A volume that the image declares would outlive the container.
        tmpfs={"/tmp": ""},  # noqa: S108  named, not used
        remove=True,
    )
    assert printed.startswith(b"None ModuleSpec(")


def configuration(images: Engine, service: str) -> dict[str, Any]:
    """The configuration of a service's image."""
    config: dict[str, Any] = images.images.get(f"playlake/{service}").attrs["Config"]
    return config
