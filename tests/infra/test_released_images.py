"""The images that a deployment runs by default: those of a release, by digest."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from playlake_contracts.version import VERSION
from playlake_infra.__main__ import main
from playlake_infra.cdk_cli import CDK_CLI
from playlake_infra.released_images import NoReleasedImagesError, choose_images

ROOT = Path(__file__).parents[2]
SERVICES = {"extractor": "a", "transformer": "b", "compactor": "c"}
DIGESTS = {name: f"sha256:{digit * 64}" for name, digit in SERVICES.items()}
IMAGES = {name: f"ghcr.io/owner/playlake-{name}@{digest}" for name, digest in DIGESTS.items()}


def script(**changed: str) -> subprocess.CompletedProcess[str]:
    """Run the script of the release's workflow."""
    variables = {
        "OWNER": "Owner",
        "TAG": f"v{VERSION}",
        **{f"{name.upper()}_DIGEST": digest for name, digest in DIGESTS.items()},
    }
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "released_images.py")],
        env=variables | changed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def written(folder: Path, **changed: Any) -> Path:  # noqa: ANN401  any JSON
    """A file of released images."""
    file = folder / "images.json"
    file.write_text(json.dumps({"version": VERSION, "images": IMAGES} | changed), encoding="utf-8")
    return file


def test_what_a_release_writes_a_deployment_reads(tmp_path: Path) -> None:
    file = tmp_path / "images.json"
    file.write_text(script().stdout, encoding="utf-8")
    assert choose_images(None, file).released == IMAGES


@pytest.mark.parametrize("changed", [{"TAG": "v0.0.1"}, {"TRANSFORMER_DIGEST": ""}])
def test_a_release_without_the_right_tag_or_a_digest_fails(changed: dict[str, str]) -> None:
    ended = script(**changed)
    assert (ended.returncode, ended.stdout) == (1, "")


def test_the_workflow_of_a_release_gives_the_script_what_it_reads() -> None:
    workflow = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    step = workflow.partition("scripts/released_images.py")[2].partition("- uses:")[0]
    assert set(re.findall(r"^ +([A-Z_]+):", step, re.MULTILINE)) == {
        "OWNER", "TAG", "COMPACTOR_DIGEST", "EXTRACTOR_DIGEST", "TRANSFORMER_DIGEST"
    }  # fmt: skip
    for service in DIGESTS:
        assert f"needs.images.outputs.{service} " in step
        assert f"      {service}: ${{{{ steps.digest.outputs.{service} }}}}\n" in workflow


def test_released_images_are_the_default_and_the_only_ones(tmp_path: Path) -> None:
    assert choose_images(None, written(tmp_path)).parameters == {
        "ImageTag": "none",
        "CompactorImage": IMAGES["compactor"],
        "ExtractorImage": IMAGES["extractor"],
        "TransformerImage": IMAGES["transformer"],
    }


@pytest.mark.parametrize(("tag", "is_empty"), [("v1", False), ("none", True)])
def test_a_tag_takes_their_place(tmp_path: Path, tag: str, *, is_empty: bool) -> None:
    chosen = choose_images(tag, tmp_path / "images.json")
    assert chosen.is_empty is is_empty
    assert chosen.parameters == {
        "ImageTag": tag,
        "CompactorImage": "none",
        "ExtractorImage": "none",
        "TransformerImage": "none",
    }


def test_before_the_first_release_one_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["playlake_infra", "parameters"])
    assert main() == 78
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == (
        "playlake-infra: there is no images.json: download it from the release "
        f"v{VERSION}, if it is published, or deploy your own images with TAG=…, or create the "
        "resources only with TAG=none\n"
    )


def test_images_of_another_release_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NoReleasedImagesError, match=rf"is of release 9\.9, but this is {VERSION}:"):
        choose_images(None, written(tmp_path, version="9.9"))


@pytest.mark.parametrize("images", [None, {}, {**IMAGES, "extractor": 1}])
def test_an_image_without_a_digest_is_refused(tmp_path: Path, images: object) -> None:
    with pytest.raises(NoReleasedImagesError, match=r"names no image with .* for .*extractor"):
        choose_images(None, written(tmp_path, images=images))


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]"])
def test_a_file_that_is_not_one_of_a_release_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "images.json"
    file.write_bytes(content)
    with pytest.raises(NoReleasedImagesError, match=r"cannot be read|is of release None"):
        choose_images(None, file)


def test_the_cdks_command_line_has_one_exact_version() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"aws-cdk@\S+", makefile) == [CDK_CLI]
    assert re.fullmatch(r"aws-cdk@\d+\.\d+\.\d+", CDK_CLI)
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs").rglob("*.md"))
    assert set(re.findall(r"aws-cdk@[\d.]+", pages)) == {CDK_CLI}
