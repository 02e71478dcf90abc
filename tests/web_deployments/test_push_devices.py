from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.world.org import Org

Ask = Callable[..., tuple[int, Any]]
Make = Callable[..., str]
DEVICE = {"deviceToken": "t", "notificationProvider": "FCM", "language": "en-us", "deviceType": "android"}
PUSH = [{"id": "p", "provider": "FCM"}]


def resolved(ask: Ask, deployment: str) -> None:
    path = f"/webdeployments/deployments/{deployment}/identityresolution"
    assert ask("PUT", path, {"resolveIdentities": True})[0] == 200


@pytest.fixture
def devices(ask: Ask, deployment: Make) -> str:
    """The path of the push devices of a deployment that has all they need."""
    id_ = deployment(pushIntegrations=PUSH)
    resolved(ask, id_)
    return f"/webmessaging/deployments/{id_}/pushdevices"


def test_a_device_is_registered_changed_and_taken_away_by_its_guest(ask: Ask, office: Org, devices: str) -> None:
    path = f"{devices}/guest-1"
    assert ask("POST", path, DEVICE, bearer="") == (204, None)
    assert ask("POST", path, DEVICE, bearer="")[1]["code"] == "device.already.registered"
    assert ask("PATCH", path, {"language": "de-de"}, bearer="")[0] == 204
    assert ask("PATCH", path, {}, bearer="")[1]["code"] == "update.fields.missing"
    stored = office.entities.of(f"webmessaging.deployments.pushdevices/{devices.split('/')[3]}")
    assert stored["guest-1"].body == {**DEVICE, "language": "de-de"}
    assert ask("DELETE", path, bearer="")[0] == 204
    assert ask("DELETE", path, bearer="")[1]["code"] == "device.not.found"
    assert ask("PATCH", path, {"language": "de-de"}, bearer="")[0] == 404


def test_a_deployment_without_push_or_identity_resolution_takes_no_device(ask: Ask, deployment: Make) -> None:
    def code(id_: str, **changes: str) -> str:
        answer = ask("POST", f"/webmessaging/deployments/{id_}/pushdevices/g", {**DEVICE, **changes}, bearer="")[1]
        return str(answer["code"])

    assert code(deployment()) == "feature.toggle.disabled"
    id_ = deployment(pushIntegrations=PUSH)
    assert code(id_) == "identity.resolution.disabled"
    resolved(ask, id_)
    assert code(id_, notificationProvider="APNS") == "invalid.value"


def test_only_so_many_devices_are_kept(ask: Ask, office: Org, devices: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(office.limits), "value", lambda *_: 1048576 if _[-1] == "body.max" else 2)
    for guest in ("a", "b", "c"):
        assert ask("POST", f"{devices}/{guest}", DEVICE, bearer="")[0] == 204
    stored = office.entities.of(f"webmessaging.deployments.pushdevices/{devices.split('/')[3]}")
    assert list(stored) == ["b", "c"]


def test_an_unknown_deployment_is_not_found(ask: Ask) -> None:
    assert ask("POST", "/webmessaging/deployments/none/pushdevices/g", DEVICE, bearer="")[0] == 404
