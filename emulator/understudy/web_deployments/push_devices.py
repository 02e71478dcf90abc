"""Push devices of a messenger deployment's guests, registered under the guest's token.

Error codes are those that the mobile transport SDK tells apart (``device.not.found``, ``device.already.registered``,
``feature.toggle.disabled``, ``identity.resolution.disabled``, ``update.fields.missing``); their statuses and when each
is answered are assumed. Nothing is pushed to a device.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from understudy.errors import Refused
from understudy.platform.call import Action, Call
from understudy.platform.engine import SINGLE
from understudy.platform.messages import Answer
from understudy.platform.refusals import invalid_value
from understudy.web_deployments.admission import deployment_for
from understudy.web_deployments.deployments import DEVICES
from understudy.web_deployments.identity import RESOURCES
from understudy.world.configuration import forget, store
from understudy.world.entities import Entity

IDENTITIES: Final = RESOURCES[0]
FIELDS: Final = ("deviceToken", "notificationProvider", "language", "deviceType")
CHANGEABLE: Final = ("language", "deviceToken")
MOST: Final = ("webdeployments", "push.devices.max")


def register(call: Call) -> Answer:
    """``POST …/pushdevices/{tokenId}`` (PushDeviceInsertRequest); 204."""
    deployment = deployment_for(call, call.path["deploymentId"])
    _require_feature(call, deployment)
    providers = [one.get("provider") for one in deployment.body.get("pushIntegrations") or ()]
    if call.body["notificationProvider"] not in providers:
        expected = f"one of the deployment's push integrations: {', '.join(map(str, providers))}"
        raise invalid_value("notificationProvider", call.body["notificationProvider"], expected)
    id_, known = call.path["tokenId"], _devices(call)
    if id_ in known:
        message = f"A device is already registered under [{id_}]"
        raise Refused(409, "device.already.registered", message, params={"id": id_})
    while len(known) >= int(call.org.limits.value(*MOST)):
        forget(call.org, _type(call), next(iter(known)))
    store(call.org, _type(call), id_, {name: call.body[name] for name in FIELDS})
    return Answer(204)


def change(call: Call) -> Answer:
    """``PATCH …/pushdevices/{tokenId}`` (PushDeviceUpdateRequest); 204."""
    device = _device(call)
    given = {name: call.body[name] for name in CHANGEABLE if call.body.get(name)}
    if not given:
        raise Refused(400, "update.fields.missing", f"At least one of {', '.join(CHANGEABLE)} is required")
    store(call.org, device.type, device.id, {**device.body, **given})
    return Answer(204)


def unregister(call: Call) -> Answer:
    """``DELETE …/pushdevices/{tokenId}``; 204."""
    forget(call.org, _type(call), _device(call).id)
    return Answer(204)


def _require_feature(call: Call, deployment: Entity) -> None:
    if not deployment.body.get("pushIntegrations"):
        message = f"Push notifications are not enabled for the deployment [{deployment.id}]"
        raise Refused(403, "feature.toggle.disabled", message, params={"id": deployment.id})
    settings = call.org.entities.get(f"{IDENTITIES}/{deployment.id}", SINGLE)
    if settings is None or not settings.body.get("resolveIdentities"):
        message = f"Identity resolution is not enabled for the deployment [{deployment.id}]"
        raise Refused(403, "identity.resolution.disabled", message, params={"id": deployment.id})


def _type(call: Call) -> str:
    return f"{DEVICES}/{call.path['deploymentId']}"


def _devices(call: Call) -> dict[str, Any]:
    return call.org.entities.of(_type(call))


def _device(call: Call) -> Entity:
    deployment_for(call, call.path["deploymentId"])
    id_ = call.path["tokenId"]
    found: Entity | None = _devices(call).get(id_)
    if found is None:
        raise Refused(404, "device.not.found", f"No device is registered under [{id_}]", params={"id": id_})
    return found


ACTIONS: Final[Mapping[str, Action]] = {
    "postWebmessagingDeploymentPushdevice": register,
    "patchWebmessagingDeploymentPushdevice": change,
    "deleteWebmessagingDeploymentPushdevice": unregister,
}
