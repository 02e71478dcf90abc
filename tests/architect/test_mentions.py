from __future__ import annotations

import tomllib

import pytest

from understudy.architect.mentions import FILE, mentions, named_in
from understudy.material import material
from understudy.platform.catalogue import load_catalogue
from understudy.world.entities import Entity

TEXT = """
inboundShortMessage:
  states:
    - state:
        actions:
          - transferToAcd: {targetQueue: {lit: {name: Support}}, skills: [{skill: {lit: {name: Dutch}}}]}
          - dataTableLookup: {dataTable: {Prices: {foundOutputs: {}}}}
          - playAudio: {audio: {exp: 'Append(Prompt.Hello, Prompt.Bye)'}}
          - transferToAcd: {targetQueue: {exp: 'FindQueue( "Sales")'}}
          - setWrapupCode: {wrapupCode: {noValue: true}}
          - transferToFlow: {targetFlow: {name: Other}}
          - callBotConnector: {botIntegration: {lit: {name: Bots}}}
          - callBotFlow: {botFlow: {Nova: {ver_latestPublished: {none: true}}}}
          - findQueue: {queueName: {lit: Night}}
"""


def test_a_text_names_things_by_key_and_in_expressions() -> None:
    assert named_in(TEXT) == {
        ("routing.queues", "Support"),
        ("routing.skills", "Dutch"),
        ("architect.datatables", "Prices"),
        ("architect.prompts", "Hello"),
        ("architect.prompts", "Bye"),
        ("routing.queues", "Sales"),
        ("flows", "Other"),
        ("integrations", "Bots"),
        ("flows", "Nova"),
        ("routing.queues", "Night"),
    }


@pytest.mark.parametrize("text", ["", "just text", "a: [", "a: &x b\nc: *x", "\x00", "queue: 7", "[1, 2]"])
def test_any_text_is_looked_at_without_an_error(text: str) -> None:
    assert named_in(text) == frozenset()


def test_a_flow_mentions_what_its_published_text_names() -> None:
    flow = Entity("flows", "f", {}, hidden={"yaml": TEXT})
    assert mentions(flow) == named_in(TEXT)
    flow.hidden["yaml"] = ""
    assert mentions(flow) == frozenset()
    assert mentions(Entity("flows", "g", {})) == frozenset()


def test_resources_of_the_file_exist() -> None:
    file = tomllib.loads(material(FILE).read_text("utf-8"))
    known = {operation.resource for operation in load_catalogue().operations}
    assert [name for name in (*file["keys"], *file["patterns"]) if name not in known] == []
