from __future__ import annotations

from understudy.orgfile.variables import Variables
from understudy.orgfile.writing import Secret
from understudy.world.entities import Entity

CREATE = ("postConversationsMessagingIntegrationsOpen",)
OPEN = "messaging.integrations.open"
TOKEN = "outboundNotificationWebhookSignatureSecretToken"


def test_what_the_contract_calls_secret_is_a_variable_wherever_it_stands() -> None:
    body = {"name": "Chat", TOKEN: "0123456789abcdef", "webhookHeaders": {"X-Key": "k", "X-None": ""}}
    variables = Variables()
    shown = variables.shown(OPEN, Entity(OPEN, "i", body), CREATE)
    first, second = "INTEGRATION_CHAT_SECRET", "INTEGRATION_CHAT_SECRET_2"
    assert shown == {"name": "Chat", TOKEN: first, "webhookHeaders": {"X-Key": second, "X-None": ""}}
    assert isinstance(shown[TOKEN], Secret)
    assert isinstance(shown["webhookHeaders"]["X-Key"], Secret)
    assert variables.values == {first: "0123456789abcdef", second: "k"}
    assert body[TOKEN] == "0123456789abcdef"


def test_all_texts_of_a_whole_that_is_secret_are_variables() -> None:
    section, enabled = "telephony.providers.edges.trunkbasesettings", {"value": {"instance": True}}
    password = {"value": {"default": "", "instance": "hush", "others": ["hash"], "length": 4}}
    properties = {"trunk_sip_authentication_credentials_password": password, "trunk_enabled": enabled}
    variables = Variables()
    shown = variables.shown(
        section,
        Entity(section, "t", {"name": "SBC", "properties": properties}),
        ("getTelephonyProvidersEdgesTrunkbasesetting",),
    )
    first, second = "INTEGRATION_SBC_SECRET", "INTEGRATION_SBC_SECRET_2"
    hidden = {"value": {"default": "", "instance": first, "others": [second], "length": 4}}
    assert shown["properties"] == {**properties, "trunk_sip_authentication_credentials_password": hidden}
    assert variables.values == {first: "hush", second: "hash"}


def test_items_of_lists_are_looked_into() -> None:
    body = {"entities": [{"secret": "a"}, {"secret": "b", "name": "B"}]}
    variables = Variables()
    variables.shown("oauth.clients", Entity("oauth.clients", "c", body), ("getOauthClients",))
    assert variables.values == {"CLIENT_C_SECRET": "a", "CLIENT_C_SECRET_2": "b"}


def test_every_field_of_credentials_is_one() -> None:
    variables, entity = Variables(), Entity("integrations.credentials", "c", {"name": "Bot token"})
    shown = variables.fields("integrations.credentials", entity, {"user": "u", "password": "p"})
    assert shown == {"user": "INTEGRATION_BOT_TOKEN_SECRET", "password": "INTEGRATION_BOT_TOKEN_SECRET_2"}
    assert list(variables.values.values()) == ["u", "p"]


def test_without_a_word_of_the_contract_nothing_is_hidden() -> None:
    entity = Entity("users", "u", {"name": "Ann", "secret": "of no client"})
    variables = Variables()
    assert (variables.shown("users", entity, ("getUser",)), variables.values) == (entity.body, {})
