"""What is scheduled, wherever the scheduler starts it."""

from __future__ import annotations

from pathlib import Path

import pytest

from playlake.errors import CommandError
from playlake.schedule.job import find_command, job_name, make_job

HOME = Path("/srv/robin/lake")
LOG = HOME / "logs" / "schedule.log"


def test_a_job_keeps_the_settings_that_matter_and_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = {
        "PATH": "/bin",
        "PLAYLAKE_HOME": "elsewhere",
        "PLAYLAKE_LAKE": "lakes/mine",
        "PLAYLAKE_SPOTIFY_CREDENTIALS": "spotify.json",
        "PLAYLAKE_SPOTIFY_CLIENT_SECRET": "secret",
        "PLAYLAKE_COMPACT": "false",
        "AWS_PROFILE": "mine",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    job = make_job(HOME, LOG, ["/opt/playlake"], settings)
    assert job.command == ("/opt/playlake", "run")
    assert job.environment == {
        "PLAYLAKE_HOME": "/srv/robin/lake",
        "PLAYLAKE_LAKE": f"{tmp_path}/lakes/mine",
        "PLAYLAKE_SPOTIFY_CREDENTIALS": f"{tmp_path}/spotify.json",
        "PLAYLAKE_COMPACT": "false",
        "AWS_PROFILE": "mine",
    }


@pytest.mark.parametrize("place", ["s3://bucket/lake", "file:///lake", "secretsmanager:x", "arn:x"])
def test_an_address_stays_as_it_is(place: str) -> None:
    assert (
        make_job(HOME, LOG, ["x"], {"PLAYLAKE_LAKE": place}).environment["PLAYLAKE_LAKE"] == place
    )


def test_each_home_has_a_job_of_its_own() -> None:
    assert job_name(HOME) == job_name(Path(str(HOME)))
    assert job_name(HOME) != job_name(HOME.parent)


def test_each_account_has_a_job_of_its_own_that_keeps_its_name() -> None:
    jobs = [make_job(HOME, LOG, ["x"], {"PLAYLAKE_ACCOUNT": name}) for name in ("", "ada", "bo")]
    assert [job.name for job in jobs] == [job_name(HOME, name) for name in (None, "ada", "bo")]
    assert len({job.name for job in jobs}) == 3
    kept = [job.environment.get("PLAYLAKE_ACCOUNT") for job in jobs]
    assert kept == [None, "ada", "bo"]


def test_a_key_of_pseudonyms_is_kept_as_the_path_of_its_file_alone(tmp_path: Path) -> None:
    file = {"PLAYLAKE_PSEUDONYM_KEY_FILE": str(tmp_path / "key")}
    job = make_job(HOME, LOG, ["playlake"], file)
    assert job.environment.items() >= file.items()
    with pytest.raises(CommandError, match="set PLAYLAKE_PSEUDONYM_KEY_FILE to that instead"):
        make_job(HOME, LOG, ["playlake"], {"PLAYLAKE_PSEUDONYM_KEY": "synthetic key of 16"})


def test_a_text_with_a_line_break_is_refused() -> None:
    home = Path("/srv/robin\n* * * * * /bin/evil")
    with pytest.raises(CommandError, match="a character that a schedule cannot hold: rename"):
        make_job(home, LOG, ["/opt/playlake"], {})


def test_an_installed_command_is_started_by_its_absolute_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "playlake"
    script.touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    assert find_command("./playlake", "/bin/python") == [str(script)]
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_command("playlake", "/bin/python") == [str(script)]


def test_any_other_program_is_started_as_a_module(tmp_path: Path) -> None:
    other = tmp_path / "__main__.py"
    other.touch(mode=0o755)
    assert find_command(str(other), "/bin/python") == ["/bin/python", "-m", "playlake"]
