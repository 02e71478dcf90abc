from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.platform.queue_members import members_of, set_members
from understudy.platform.queues import codes_of, media_settings, set_queue_wrapupcodes
from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
QUEUES = "/api/v2/routing/queues"


def test_a_queue_has_wrap_up_codes(ask: Ask, office: Org, queue: str) -> None:
    status, codes = ask("POST", f"{QUEUES}/{queue}/wrapupcodes", [{"id": "w1"}, {"id": "w2"}, {"id": "w1"}])
    assert (status, [code["id"] for code in codes]) == (200, ["w1", "w2", "w1"])
    assert [c["id"] for c in ask("GET", f"{QUEUES}/{queue}/wrapupcodes")[1]["entities"]] == ["w1", "w2"]
    assert [c["id"] for c in ask("GET", f"{QUEUES}/{queue}/wrapupcodes?name=W2")[1]["entities"]] == ["w2"]
    assert ask("DELETE", f"{QUEUES}/{queue}/wrapupcodes/w1")[0] == 200
    assert codes_of(office, queue) == ["w2"]


def test_a_deleted_code_leaves_its_queues_and_a_deleted_queue_its_members(ask: Ask, office: Org, queue: str) -> None:
    set_queue_wrapupcodes(office, queue, ["w1", "w2"])
    set_members(office, queue, {"ann": True})
    ask("DELETE", "/api/v2/routing/wrapupcodes/w1")
    assert codes_of(office, queue) == ["w2"]
    ask("DELETE", f"{QUEUES}/{queue}")
    assert (members_of(office, queue), codes_of(office, queue)) == ({}, [])


def test_a_new_queue_has_settings_for_every_medium(ask: Ask) -> None:
    given = {"message": {"alertingTimeoutSeconds": 12}}
    settings = ask("POST", QUEUES, {"name": "A", "mediaSettings": given})[1]["mediaSettings"]
    assert settings.keys() == media_settings().keys()
    assert settings["message"]["alertingTimeoutSeconds"] == 12
    assert settings["call"] == media_settings()["call"]


def test_settings_are_copied_from_another_queue(ask: Ask, queue: str) -> None:
    source = {"name": "S", "enableAudioMonitoring": True, "acwSettings": {"wrapupPrompt": "MANDATORY"}, "peerId": "p"}
    id_ = ask("POST", QUEUES, source)[1]["id"]
    copy = ask("POST", QUEUES, {"name": "C", "sourceQueueId": id_, "description": "mine"})[1]
    assert (copy["name"], copy["description"], copy["enableAudioMonitoring"]) == ("C", "mine", True)
    assert (copy["acwSettings"], "peerId" in copy, copy["memberCount"]) == ({"wrapupPrompt": "MANDATORY"}, False, 0)
    assert ask("POST", QUEUES, {"name": "D", "sourceQueueId": "nothing"})[0] == 400
    assert [one["id"] for one in ask("GET", f"{QUEUES}?hasPeer=true")[1]["entities"]] == [id_]
    assert ask("GET", f"{QUEUES}?hasPeer=false")[1]["total"] == 2
