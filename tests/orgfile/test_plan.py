from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from understudy.errors import SettingsError
from understudy.orgfile import OrgPlan, load_org
from understudy.world.org import Org

VECTORS = Path(__file__).parents[1] / "vectors" / "orgfile"
ACME = "organization: {name: Acme}\n"


@pytest.mark.parametrize("path", sorted(VECTORS.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_wrong_file_is_told_with_file_line_and_remedy(path: Path, configure: Callable[[OrgPlan], Org]) -> None:
    text = path.read_text("utf-8")
    expected = text.partition("\n")[0].removeprefix("# ").replace("FOLDER", str(VECTORS))
    with pytest.raises(SettingsError) as caught:
        configure(load_org(text, {}, path))
    assert str(caught.value) == expected


def test_an_org_needs_only_a_name() -> None:
    plan = load_org(ACME, {})
    assert (plan.name, plan.region, plan.limits, plan.items) == ("Acme", "mypurecloud.com", "", ())


def test_an_orgs_id_is_fixed_or_follows_from_the_file_and_its_fixed_ids() -> None:
    clients = "oauth.clients:\n- {id: '${ID}', name: Vendor}\n"
    first, again, other = (load_org(ACME + clients, {"ID": id_}).id for id_ in ("a", "a", "b"))
    assert first == again != other
    assert load_org("organization: {id: '${X:-}', name: Acme}\n" + clients, {"ID": "a"}).id == first
    assert load_org("organization: {id: fixed, name: Acme}\n", {}).id == "fixed"


def test_settings_of_the_org_are_read() -> None:
    own = "{region: eu-central-1, limits: relaxed, switches: {oauth.error_status: 401}}"
    plan = load_org(f"organization: {{name: Acme, domain: acme, understudy: {own}}}\n", {})
    assert (plan.region, plan.limits, plan.switches) == ("mypurecloud.de", "relaxed", {"oauth.error_status": "401"})
    assert plan.organization == {"name": "Acme", "domain": "acme"}


@pytest.mark.parametrize(("chosen", "names"), [("v1", ["Old", "Both"]), ("v2", ["New", "Both"])])
def test_an_item_is_there_only_when_both_of_its_texts_are_the_same(chosen: str, names: list[str]) -> None:
    items = "".join(
        f"- {{id: q1, name: {name}, understudy: {{when: ['${{WHICH}}', {word}]}}}}\n"
        for name, word in (("Old", "v1"), ("New", "v2"))
    )
    plan = load_org(f"{ACME}routing.queues:\n{items}- {{name: Both}}\n", {"WHICH": chosen})
    assert [(item.name, item.settings) for item in plan.items] == [(name, {}) for name in names]


def test_references_are_kept_apart_from_the_body() -> None:
    (queue,) = load_org(ACME + "routing.queues:\n- {name: Q, members: [Ann], division: {name: Home}}\n", {}).items
    assert queue.body == {"name": "Q"}
    assert queue.references == {"members": ["Ann"], "division": "Home"}


def test_settings_of_an_integration_have_defaults() -> None:
    (one,) = load_org(ACME + "messaging.integrations.open:\n- {name: Chat, understudy: {mode: reordered}}\n", {}).items
    assert one.settings == {
        "topology": "channel",
        "mode": "reordered",
        "receipts": True,
        "reply_operation": "agentless",
        "trigger_url": "",
    }


def test_a_flows_text_comes_from_a_file_beside_the_org_file_or_stands_in_it(tmp_path: Path) -> None:
    (tmp_path / "flow.yaml").write_text("inboundShortMessage: {}\n", "utf-8")
    text = ACME + "flows:\n- {name: A, file: flow.yaml}\n- {name: B, yaml: 'inboundShortMessage: {}'}\n"
    first, second = load_org(text, {}, tmp_path / "org.yaml").items
    assert first.text.strip() == second.text
    assert first.source == "flow.yaml"
    with pytest.raises(SettingsError, match="has no folder"):
        load_org(text, {})


def test_items_are_found_by_section() -> None:
    plan = load_org(ACME + "users:\n- {name: A}\n- {name: B}\nrouting.queues:\n- {name: Q}\n", {})
    assert [item.name for item in plan.of("users")] == ["A", "B"]
    assert plan.of("flows") == []


def test_things_that_are_found_by_another_field_may_share_a_name() -> None:
    prompts = "architect.prompts: [{ id: p1, name: Hello }]\narchitect.prompts.resources:\n"
    rows = [f"- {{ parent: Hello, name: Hello, language: {language} }}\n" for language in ("en-us", "de-de", "de-de")]
    text = ACME + prompts
    assert len(load_org(text + "".join(rows[:2]), {}).of("architect.prompts.resources")) == 2
    with pytest.raises(SettingsError, match="stands twice"):
        load_org(text + "".join(rows), {})


def test_a_name_is_empty_only_where_an_id_names_the_thing() -> None:
    text = ACME + 'routing.skills: [{ id: s1, name: "" }]\n'
    assert [item.id for item in load_org(text, {}).of("routing.skills")] == ["s1"]
    for wrong in ('[{ name: "" }]', "[{ id: s1 }]", "[{ id: s1, name: 7 }]"):
        with pytest.raises(SettingsError, match="give a text that is not empty"):
            load_org(f"{ACME}routing.skills: {wrong}\n", {})
