from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from understudy.errors import SettingsError
from understudy.material import material
from understudy.oauth.regions import home_region
from understudy.orgfile import OrgPlan, load_org
from understudy.platform.catalogue import Catalogue, load_catalogue
from understudy.platform.grants import granted_names, home_division
from understudy.platform.permissions import Permissions
from understudy.platform.queue_members import members_of
from understudy.platform.resources import load_resources
from understudy.platform.schemas import Schemas
from understudy.world.org import Org
from understudy.world.switches import switch
from understudy.world.world import World

Configure = Callable[[OrgPlan], Org]
ACME = "organization: {name: Acme}\n"
POLYAI = {
    "UNDERSTUDY_CLIENT_ID": "client",
    "UNDERSTUDY_CLIENT_SECRET": "client-secret",
    "UNDERSTUDY_INTEGRATION_ID": "integration",
    "WEBHOOK_URL": "http://127.0.0.1:9/webhook",
    "WEBHOOK_SECRET": "0123456789abcdef",
}
# The table of the guide's step 1, in the spelling of the API
GUIDE = [
    "agentUI:conversationDetails:view",
    "analytics:conversationDetail:view",
    "architect:datatable:add",
    "architect:datatable:edit",
    "architect:datatable:view",
    "conversation:communication:disconnect",
    "conversation:message:accept",
    "conversation:message:assign",
    "conversation:message:create",
    "conversation:message:monitor",
    "conversation:message:park",
    "conversation:message:pull",
    "conversation:message:receive",
    "conversation:message:view",
    "messaging:integration:add",
    "messaging:integration:delete",
    "messaging:integration:edit",
    "messaging:integration:view",
    "messaging:setting:add",
    "messaging:setting:delete",
    "messaging:setting:edit",
    "messaging:setting:view",
    "routing:message:manage",
    "routing:queue:add",
    "routing:queue:delete",
    "routing:queue:edit",
    "routing:queue:join",
    "routing:queue:view",
]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def polyai(configure: Configure) -> Org:
    path = material("suites") / "polyai" / "org.yaml"
    return configure(load_org(path.read_text("utf-8"), POLYAI, path))


def _named(org: Org, type_: str, name: str) -> str:
    entity = org.entities.named(type_, name)
    assert entity is not None, name
    return entity.id


def test_the_polyai_role_is_exactly_the_guides_table(polyai: Org, catalogue: Catalogue) -> None:
    assert granted_names(polyai, "client", Permissions(catalogue)) == sorted(GUIDE)


def test_the_polyai_org_is_what_steps_2_to_7_configure(polyai: Org, world: World) -> None:
    assert world.clients == {"client": polyai}
    assert world.integrations == {"integration": polyai}
    client = polyai.entities.of("oauth.clients")["client"].body
    assert (client["authorizedGrantType"], client["secret"]) == ("CLIENT-CREDENTIALS", "client-secret")
    assert client["accessTokenValiditySeconds"] == 86400
    setting = polyai.entities.of("messaging.settings")[
        _named(polyai, "messaging.settings", "PolyAI Platform Configuration")
    ]
    assert setting.body["event"]["typing"] == {"on": {"inbound": "Enabled", "outbound": "Enabled"}}
    integration = polyai.entities.of("messaging.integrations.open")["integration"]
    assert integration.body["messagingSetting"]["id"] == setting.id
    assert integration.body["supportedContent"]["name"] == "Default"
    assert (integration.body["createStatus"], integration.body["recipient"]["id"]) == ("Completed", "integration")
    assert integration.body["outboundNotificationWebhookUrl"] == POLYAI["WEBHOOK_URL"]
    assert (integration.hidden["topology"], integration.hidden["trigger_url"]) == ("channel", "")
    queue = _named(polyai, "routing.queues", "PolyAI Test Queue")
    agents = [_named(polyai, "users", name) for name in ("Alex Agent", "Billie Agent")]
    assert members_of(polyai, queue) == dict.fromkeys(agents, True)
    assert polyai.entities.of("routing.queues")[queue].body["division"]["id"] == home_division(polyai)
    recipient = polyai.entities.of("routing.message.recipients")["integration"]
    assert recipient.body["flow"]["id"] == _named(polyai, "flows", "PolyAI Handoff Flow")


def test_the_polyai_flows_are_published(polyai: Org) -> None:
    for name in ("PolyAI Handoff Flow", "no-acd"):
        flow = polyai.entities.of("flows")[_named(polyai, "flows", name)]
        assert flow.body["publishedVersion"]["id"]
        assert flow.hidden["flow"].name == name


def test_every_entity_is_what_the_api_would_return(polyai: Org, catalogue: Catalogue) -> None:
    schemas, resources = Schemas(catalogue.models), load_resources(catalogue)
    models = {name: one.model for name, one in resources.items()} | {"organizations": "Organization"}
    seen = 0
    for type_ in list(polyai.entities.types()):
        for entity in polyai.entities.of(type_).values():
            seen += 1
            problems = [str(problem) for problem in schemas.response(models[type_]).problems(entity.body)]
            assert problems == [], (type_, entity.name)
    assert seen >= 15


def test_the_same_file_and_environment_give_the_same_ids(polyai: Org) -> None:
    path = material("suites") / "polyai" / "org.yaml"
    assert load_org(path.read_text("utf-8"), POLYAI, path).id == polyai.id


def test_an_id_belongs_to_one_org_of_the_port(configure: Configure) -> None:
    text = "organization: {name: '${NAME}'}\noauth.clients:\n- {id: c, name: Vendor}\n"
    configure(load_org(text, {"NAME": "One"}))
    with pytest.raises(SettingsError, match="org One has this id"):
        configure(load_org(text, {"NAME": "Two"}))


def test_region_and_switches_stand_with_the_organization(configure: Configure) -> None:
    own = "{region: eu-central-1, switches: {oauth.error_status: 401}}"
    org = configure(load_org(f"organization: {{name: Acme, understudy: {own}}}\n", {}))
    assert (home_region(org), switch(org, "oauth.error_status")) == ("mypurecloud.de", "401")


def test_a_flow_that_names_no_queue_of_the_org_is_told(configure: Configure, tmp_path: Path) -> None:
    handoff = (material("suites") / "polyai" / "flows" / "handoff.yaml").read_text("utf-8")
    (tmp_path / "handoff.yaml").write_text(handoff, "utf-8")
    text = ACME + "flows:\n- {name: PolyAI Handoff Flow, file: handoff.yaml}\n"
    with pytest.raises(SettingsError, match=r"handoff\.yaml:\d+: .*PolyAI Test Queue.*no queues"):
        configure(load_org(text, {}, tmp_path / "org.yaml"))


def test_a_flow_s_placeholders_stubs_and_division_stand_at_its_entry(configure: Configure) -> None:
    text = (
        ACME
        + """
authorization.divisions: [{name: North}]
routing.queues: [{name: Support}]
flows:
- name: Front
  division: North
  yaml: |
    inboundShortMessage:
      name: Front
      division: North
      startUpRef: state[S]
      states: [{state: {name: S, actions: [{transferToAcd: {name: T, targetQueue: {lit: "{{queue}}"}}}]}}]
  understudy: {variables: {queue: Support}, stubs: [{botFlow: Nova, intent: order}]}
"""
    )
    org = configure(load_org(text, {}))
    flow = org.entities.of("flows")[_named(org, "flows", "Front")]
    assert flow.body["division"]["id"] == _named(org, "authorization.divisions", "North")
    assert 'lit: "Support"' in flow.hidden["yaml"]
    assert flow.hidden["stubs"] == [{"botFlow": "Nova", "intent": "order"}]
    unnamed = text.replace("  division: North\n  yaml", "  yaml")
    org = configure(load_org(unnamed.replace("Acme", "Third"), {}))
    flow = org.entities.of("flows")[_named(org, "flows", "Front")]
    assert flow.body["division"]["id"] == _named(org, "authorization.divisions", "North")
    with pytest.raises(SettingsError, match="division"):
        configure(load_org(unnamed.replace("[{name: North}]", "[{name: South}]").replace("Acme", "Fourth"), {}))
    with pytest.raises(SettingsError, match="placeholder 'queue' has no value"):
        configure(load_org(text.replace("{queue: Support}", "{}").replace("Acme", "Other"), {}))
