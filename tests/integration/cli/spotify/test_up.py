"""`playlake up` does what messages advise it for: it goes on with what is landed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landed import entry, part, part_key

from playlake.commands import up
from playlake.invocation import Invocation
from playlake.local_aws.backlog import landed_sentence, uncommitted

if TYPE_CHECKING:
    import pytest

    from playlake.local_aws import LocalAws
    from playlake.project import Project


def test_what_was_landed_is_transformed(
    local_aws: LocalAws, shared_project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    key = part_key(run="left")
    body = part(key, [entry(1)])
    local_aws.s3.put_object(Bucket=local_aws.resources.raw_bucket, Key=str(key), Body=body)
    sentence = landed_sentence(uncommitted(local_aws, str(key)))
    assert "`playlake up --aws` goes on with it" in sentence
    up._go_on(Invocation(shared_project), local_aws)
    assert not uncommitted(local_aws, str(key))
    assert capsys.readouterr().err.endswith("What was landed before is transformed.\n")
    up._go_on(Invocation(shared_project), local_aws)
    assert capsys.readouterr().err == ""
