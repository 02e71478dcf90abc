from __future__ import annotations

from pathlib import Path

import pytest

from understudy.errors import ContractError
from understudy.history.auditable import Kind, load_auditable
from understudy.platform.catalogue import load_catalogue


def test_the_words_of_the_file_are_words_of_the_platform() -> None:
    model = load_catalogue().models["AuditTopicAuditLogMessage"]
    services, types, actions = (set(model[name]["enum"]) for name in ("serviceName", "entityType", "action"))
    for service, found in load_auditable().mapping().items():
        assert service in services
        for type_, words in found.items():
            assert type_ in types
            assert words <= actions
    assert set(load_auditable().services.values()) <= services


def test_the_acts_are_operations_and_name_a_variable_of_theirs() -> None:
    operations = load_catalogue().by_id
    for id_, act in load_auditable().acts.items():
        known = {*operations[id_].variables, *(parameter.name for parameter in operations[id_].query)}
        assert act.variable in known or not known or not act.variable, id_


def test_a_resource_that_is_not_listed_gets_a_name_of_its_words() -> None:
    kinds = load_auditable()
    assert kinds.kind_of("routing.queues") == Kind("ContactCenter", "Queue")
    assert kinds.kind_of("flows.policies") == Kind("Architect", "Policy")
    assert kinds.kind_of("moon.phases") == Kind("Moon", "Phase")


def test_what_the_record_redacts_is_a_secret_here_too() -> None:
    secrets = load_auditable().secrets
    assert {"secret", "outboundNotificationWebhookSignatureSecretToken", "webhookHeaders", "password"} <= secrets
    assert "name" not in secrets


@pytest.mark.parametrize("text", ["", "[kinds]\n", "not toml", "[services]\n[secrets]\nnames=[]\n[kinds]\na=['x']\n"])
def test_a_malformed_file_is_a_contract_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "audit.toml"
    path.write_text(text)
    with pytest.raises(ContractError, match=r"audit\.toml"):
        load_auditable(path)
    with pytest.raises(ContractError):
        load_auditable(tmp_path / "nothing.toml")
