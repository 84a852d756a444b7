"""The key of pseudonyms reaches every extractor, and nothing else."""

from __future__ import annotations

import pytest
from synthesised import SOURCES, as_list, of_type, statements

from playlake_infra.presets import InvalidSettingsError, settings_of
from playlake_infra.synth import synthesise

KEY = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:playlake/pseudonyms-AbCdEf"
VARIABLE = {"Name": "PLAYLAKE_PSEUDONYM_KEY", "ValueFrom": KEY}


def test_every_extractor_gets_the_key_when_it_starts_and_no_other_task() -> None:
    overrides = {
        "pseudonym_secret_arn": KEY,
        "sources": SOURCES,
        "accounts": {"ada": {"schedule": "rate(1 day)"}},
    }
    found = synthesise(settings_of("standard", overrides))
    tasks = of_type(found, "AWS::ECS::TaskDefinition")
    with_key = {
        name.rstrip("0123456789ABCDEF")
        for name, task in tasks.items()
        if VARIABLE in task["ContainerDefinitions"][0].get("Secrets", [])
    }
    extractors = {"Extractor", "SourceListenBrainz", "SourceYouTube", "SourceAccountAda"}
    assert {name.partition("Task")[0] for name in with_key} == extractors
    for name in extractors:
        reading = [
            set(as_list(one["Action"]))
            for one in statements(found, f"{name}TaskExecutionRole")
            if KEY in as_list(one["Resource"])
        ]
        assert reading == [{"secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"}], name
        assert KEY not in str(statements(found, f"{name}TaskRole"))


def test_a_key_is_named_by_its_whole_arn() -> None:
    with pytest.raises(InvalidSettingsError, match="write the whole ARN of a secret"):
        settings_of("standard", {"pseudonym_secret_arn": "playlake/pseudonyms"})
