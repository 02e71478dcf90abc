from __future__ import annotations

import pytest

from understudy.architect.flow import Flow
from understudy.architect.publish import VERSIONS_KEPT, publish, published, save
from understudy.errors import FlowError
from understudy.world.entities import Entity
from understudy.world.org import Org

END = """
inboundShortMessage:
  name: End
  startUpRef: state[S]
  states:
    - state: {name: S, actions: [{endState: {name: E}}]}
"""
QUEUE = """
inboundShortMessage:
  name: Queue
  startUpRef: state[S]
  states:
    - state:
        name: S
        actions:
          - transferToAcd:
              name: T
              targetQueue: {lit: {name: Suport}}
"""


@pytest.fixture
def flow(org: Org) -> Entity:
    return org.entities.put("flows", "f2", {"id": "f2", "name": "Two", "active": False})


def test_a_published_flow_is_active_with_its_version_and_text(org: Org, flow: Entity) -> None:
    assert published(org, "f2") is None
    stored = publish(org, flow, END, "end.yaml")
    assert (stored.body["active"], stored.body["type"]) == (True, "INBOUNDSHORTMESSAGE")
    assert stored.body["publishedVersion"]["id"] == "1.0"
    assert stored.body["publishedVersion"]["datePublished"] == "2026-01-01T00:00:00.000Z"
    assert stored.hidden["yaml"] == END
    assert isinstance(published(org, "f2"), Flow)


def test_saving_is_unchecked_and_leaves_the_published_version(org: Org, flow: Entity) -> None:
    stored = save(org, publish(org, flow, END, "end.yaml"), "nonsense: [")
    assert stored.body["savedVersion"]["id"] == "2.0"
    assert stored.body["publishedVersion"]["id"] == "1.0"
    assert stored.hidden["yaml"] == END


def test_a_queue_that_does_not_exist_is_a_publish_error_with_its_line(org: Org, flow: Entity) -> None:
    with pytest.raises(FlowError) as error:
        publish(org, flow, QUEUE, "queue.yaml")
    assert str(error.value) == "queue.yaml:9: 'T' names queue 'Suport': did you mean 'Support'?"
    assert published(org, "f2") is None
    assert org.entities.of("flows")["f2"] is flow


def test_a_flow_of_another_type_does_not_take_the_text(org: Org) -> None:
    call = org.entities.put("flows", "f3", {"id": "f3", "name": "Call", "type": "INBOUNDCALL"})
    with pytest.raises(FlowError, match="the flow 'Call' is INBOUNDCALL, the file has a inboundShortMessage"):
        publish(org, call, END, "end.yaml")


def test_old_versions_are_let_go(org: Org, flow: Entity) -> None:
    for _ in range(VERSIONS_KEPT + 3):
        flow = save(org, flow, END)
    assert flow.hidden["versions"][0]["body"]["id"] == "4.0"
    assert len(flow.hidden["versions"]) == VERSIONS_KEPT


def test_what_does_not_exist_is_not_published(org: Org) -> None:
    assert published(org, "nope") is None


def test_placeholders_are_filled_before_and_what_is_stored_has_none(org: Org) -> None:
    flow = org.entities.put("flows", "f2", {"id": "f2", "name": "T"}, {"variables": {"queue": "Sales", "name": "X"}})
    text = QUEUE.replace("Suport", "{{queue}}").replace("Queue\n", "{{name}}\n")
    stored = publish(org, flow, text, "t.yaml", {"queue": "Support"})
    assert "name: Support" in stored.hidden["yaml"]
    assert "name: X" in stored.hidden["yaml"]
    with pytest.raises(FlowError, match=r"t.yaml:11: placeholder 'other' has no value: known are name, queue"):
        publish(org, flow, text.replace("{{queue}}", "{{other}}"), "t.yaml")


def test_stubs_that_cannot_be_read_keep_a_flow_from_being_published(org: Org) -> None:
    flow = org.entities.put("flows", "f2", {"id": "f2", "name": "End"}, {"stubs": [{"botFlow": "X", "than": "x"}]})
    with pytest.raises(FlowError, match="stub 1 has 'than': did you mean 'then'"):
        publish(org, flow, END, "end.yaml")
