from __future__ import annotations

from typing import Any

import pytest
from tests.bot_connector.conftest import TOKEN, URI, install

from understudy.bot_connector.messages import Variant
from understudy.bot_connector.outcome import Unaskable
from understudy.bot_connector.provider import declared_of, provider_of, terms_of
from understudy.bot_connector.request import Join
from understudy.world.org import Org
from understudy.world.switches import HIDDEN, ORGANIZATIONS


def switched(org: Org, **values: str) -> None:
    chosen = {f"bot_connector.{name}": value for name, value in values.items()}
    org.entities.put(ORGANIZATIONS, org.id, {"id": org.id, "name": "Acme"}, {HIDDEN: chosen})


@pytest.mark.parametrize(("id_", "variant"), [("v1", Variant.V1), ("v2", Variant.V2)])
def test_an_integration_says_where_its_provider_is_and_how_it_is_addressed(
    org: Org, id_: str, variant: Variant
) -> None:
    provider = provider_of(org, id_, variant)
    assert (provider.address.variant, provider.address.uri, provider.address.join) == (variant, URI, Join.PLAIN)
    assert provider.address.credentials == (("verify-token", TOKEN),)
    assert provider.secrets == (TOKEN,)


def test_the_path_join_is_a_switch(org: Org) -> None:
    switched(org, path_join="named")
    assert provider_of(org, "v2").address.turn(b"{}").url == f"{URI}/botconnector/messages"


@pytest.mark.parametrize(
    ("id_", "variant", "name"),
    [("gone", None, "integration_missing"), ("v1", Variant.V2, "wrong_integration")],
)
def test_what_can_not_be_called_is_named(org: Org, id_: str, variant: Variant | None, name: str) -> None:
    with pytest.raises(Unaskable) as error:
        provider_of(org, id_, variant)
    assert error.value.name == name


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"intendedState": "DISABLED"}, "integration_inactive"),
        ({"uri": "ftp://127.0.0.1/x"}, "wrong_uri"),
        ({"uri": "http://127.0.0.1:99999/x"}, "wrong_uri"),
        ({"uri": "http://["}, "wrong_uri"),
        ({"fields": {"Host": "x"}}, "credentials_unsendable"),
        ({"fields": {"a b": "x"}}, "credentials_unsendable"),
    ],
)
def test_an_integration_that_is_not_right_is_named(org: Org, change: dict[str, Any], name: str) -> None:
    if "uri" in change:
        install(org, "v1", change["uri"])
    elif "fields" in change:
        credential = org.entities.of("integrations.credentials")["cred"]
        org.entities.put("integrations.credentials", "cred", credential.body, change)
    else:
        body = org.entities.of("integrations")["v1"].body
        org.entities.put("integrations", "v1", {**body, "reportedState": {"code": "INACTIVE"}})
    with pytest.raises(Unaskable) as error:
        provider_of(org, "v1")
    assert error.value.name == name
    assert "x" not in error.value.text.split("'") or name == "wrong_uri"  # a secret is never told


def test_switches_and_shortened_waits_are_in_the_terms(org: Org) -> None:
    assert (terms_of(org, Variant.V1).same_intent, terms_of(org, Variant.V1).repeats_parameters) == (3, False)
    switched(org, loop_guard="off", parameters_each_turn="every")
    assert (terms_of(org, Variant.V1).same_intent, terms_of(org, Variant.V1).repeats_parameters) == (0, True)
    assert terms_of(org, Variant.V2, 45).answer == 45
    org.live["waits"] = {"bot-connector.v2.answer.seconds": 0.5}
    assert (terms_of(org, Variant.V2, 45).answer, terms_of(org, Variant.V1).answer) == (0.5, 10)


def test_what_a_version_declares_and_nothing_where_it_is_gone(org: Org) -> None:
    assert declared_of(org, "v1", "nova", "1").type_of("order", "n") == "Integer"
    assert declared_of(org, "v1", "nova", "2").intents == declared_of(org, "v1", "x", "1").intents == {}
