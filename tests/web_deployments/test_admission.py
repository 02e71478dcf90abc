from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from understudy.errors import Refused
from understudy.platform.call import Call
from understudy.platform.catalogue import load_catalogue
from understudy.platform.guests import guest_of
from understudy.web_deployments.admission import deployment_for
from understudy.web_deployments.configurations import DEPLOYMENTS
from understudy.world.org import Org
from understudy.world.switches import HIDDEN, ORGANIZATIONS
from understudy.world.world import World

Ask = Callable[..., tuple[int, Any]]
Make = Callable[..., str]
SHOP = {"allowAllDomains": False, "allowedDomains": ["shop.example"]}
SHOPS = "https://shop.example"


@pytest.fixture
def call(office: Org) -> Call:
    operation = load_catalogue().by_id["getWebmessagingMessages"]
    return Call(World(), office, guest_of(office), operation, {}, {}, None, "http://127.0.0.1:1", page=SHOPS)


def status(call: Call, id_: str) -> int:
    try:
        deployment_for(call, id_)
    except Refused as refused:
        return refused.status
    return 200


@pytest.mark.parametrize(
    ("page", "expected"), [(SHOPS, 200), ("https://evil.example", 403), ("http://127.0.0.1:1", 200), (None, 200)]
)
def test_a_page_must_be_of_an_allowed_domain(call: Call, deployment: Make, page: str | None, expected: int) -> None:
    assert status(replace(call, page=page), deployment(**SHOP)) == expected
    assert status(replace(call, page=page), deployment()) == 200
    told = [note.data["reason"] for note in call.org.notes if note.name == "web_messaging.refused"]
    assert told == ([f"it does not allow requests from [{page}]"] if expected == 403 else [])


def test_without_an_origin_the_switch_decides(call: Call, deployment: Make, office: Org) -> None:
    id_ = deployment(**SHOP)
    body = office.entities.of(ORGANIZATIONS)[office.id].body
    office.entities.put(ORGANIZATIONS, office.id, body, {HIDDEN: {"web_messaging.no_origin": "refuse"}})
    assert status(replace(call, page=None), id_) == 403


def test_under_a_regions_name_its_hosts_are_the_platforms_own(call: Call, deployment: Make) -> None:
    asked = replace(call, origin="https://api.mypurecloud.de", page="https://webmessaging.mypurecloud.de")
    assert status(asked, deployment(**SHOP)) == 200
    assert status(replace(asked, page="https://webmessaging.mypurecloud.com"), deployment(**SHOP)) == 403


def test_a_deployment_that_is_not_active_answers_nobody(call: Call, deployment: Make, office: Org) -> None:
    id_ = deployment()
    office.entities.put(DEPLOYMENTS, id_, {**office.entities.of(DEPLOYMENTS)[id_].body, "status": "Inactive"})
    assert status(call, id_) == 403


def test_a_deployment_that_is_gone_ends_its_tokens(call: Call) -> None:
    assert status(call, "gone") == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/webdeployments/deployments/{}/cobrowse/s"),
        ("DELETE", "/webdeployments/deployments/{}/cobrowse/s"),
        ("POST", "/webmessaging/deployments/{}/pushdevices/t"),
        ("PATCH", "/webmessaging/deployments/{}/pushdevices/t"),
        ("DELETE", "/webmessaging/deployments/{}/pushdevices/t"),
    ],
)
def test_every_operation_of_guests_looks_at_the_page(ask: Ask, deployment: Make, method: str, path: str) -> None:
    device = {"deviceToken": "t", "notificationProvider": "FCM", "language": "en-us", "deviceType": "android"}
    body = device if method in ("POST", "PATCH") else None
    found, answer = ask(method, path.format(deployment(**SHOP)), body, bearer="", page="https://evil.example")
    assert (found, "does not allow requests from [https://evil.example]" in answer["message"]) == (403, True)
