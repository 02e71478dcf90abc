"""The official Python SDK, unmodified, builds what PolyAI's guide asks for (steps 1-7) and runs a conversation.

Steps as in the guide's version of 2026-06-24; where it says "All Permissions" every action of the row is granted.
"""

from __future__ import annotations

import hashlib
import hmac
import importlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

if TYPE_CHECKING:
    from tests.integration.conftest import Hook, Serve, Serving

SECRET = "the-secret-that-agent-studio-shows"
ROLE = (
    ("agentUI", "conversationDetails", "view"),
    ("analytics", "conversationDetail", "view"),
    ("architect", "datatable", "add edit view"),
    ("conversation", "communication", "disconnect"),
    ("conversation", "message", "accept assign create monitor park pull receive view"),
    ("messaging", "integration", "add delete edit view"),
    ("messaging", "setting", "add delete edit view"),
    ("routing", "message", "manage"),
    ("routing", "queue", "add delete edit join view"),
)


class Sdk:
    """One logged-in client of the SDK; ``sdk.routing`` is its ``RoutingApi``."""

    def __init__(self, package: Any, url: str, client: tuple[str, str]) -> None:
        package.configuration.host = url
        self.package = package
        self.client = package.api_client.ApiClient(url).get_client_credentials_token(*client)
        self.architect = package.ArchitectApi(self.client)
        self.authorization = package.AuthorizationApi(self.client)
        self.conversations = package.ConversationsApi(self.client)
        self.notifications = package.NotificationsApi(self.client)
        self.oauth = package.OAuthApi(self.client)
        self.routing = package.RoutingApi(self.client)
        self.users = package.UsersApi(self.client)

    def model(self, name: str, /, **fields: Any) -> Any:
        """A model of the SDK, filled in through its setters, which check enumerations."""
        made = getattr(self.package, name)()
        for field, value in fields.items():
            assert field in made.swagger_types, f"{name} has no {field}"
            setattr(made, field, value)
        return made


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The SDK, imported when a test wants it: it takes 2 s, and its settings come from the home directory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        yield importlib.import_module("PureCloudPlatformClientV2")


@pytest.fixture(scope="module")
def emulator(serve: Serve) -> Iterator[Serving]:
    with serve(limits="real") as running:
        yield running


@pytest.fixture
def admin(package: Any, emulator: Serving) -> Sdk:
    return Sdk(package, emulator.url, emulator.client)


def role_and_client(admin: Sdk) -> Any:
    """Steps 1 and 2."""
    policies = [
        admin.model("DomainPermissionPolicy", domain=domain, entity_name=entity, action_set=actions.split())
        for domain, entity, actions in ROLE
    ]
    role = admin.authorization.post_authorization_roles(
        admin.model("DomainOrganizationRoleCreate", name="PolyAI Integration", permission_policies=policies)
    )
    home = admin.authorization.get_authorization_divisions_home()
    given = admin.model("RoleDivision", role_id=role.id, division_id=home.id)
    request = admin.model(
        "OAuthClientRequest",
        name="PolyAI Open Messaging",
        authorized_grant_type="CLIENT-CREDENTIALS",
        role_divisions=[given],
        state="active",
    )
    return admin.oauth.post_oauth_clients(request)


def integration(admin: Sdk, webhook: str, until: Callable[[Callable[[], Any]], Any]) -> Any:
    """Steps 3 and 4."""
    model, api = admin.model, admin.conversations
    typing = model("TypingSetting", on=model("SettingDirection", inbound="Enabled", outbound="Enabled"))
    story = model(
        "StorySetting",
        mention=model("InboundOnlySetting", inbound="Disabled"),
        reply=model("InboundOnlySetting", inbound="Disabled"),
    )
    setting = api.post_conversations_messaging_settings(
        model(
            "MessagingSettingRequest",
            name="Typing",
            content=model("ContentSetting", story=story),
            event=model("EventSetting", typing=typing),
        )
    )
    profile = api.get_conversations_messaging_supportedcontent_default()
    made = api.post_conversations_messaging_integrations_open(
        model(
            "OpenIntegrationRequest",
            name="PolyAI",
            outbound_notification_webhook_url=webhook,
            outbound_notification_webhook_signature_secret_token=SECRET,
            messaging_setting=model("MessagingSettingRequestReference", id=setting.id),
            supported_content=model("SupportedContentReference", id=profile.id),
        )
    )
    assert made.create_status == "Initiated"

    def completed() -> Any:
        found = api.get_conversations_messaging_integrations_open_integration_id(made.id)
        return found if found.create_status == "Completed" else None

    found = until(completed)
    assert (found.messaging_setting.id, found.supported_content.id) == (setting.id, profile.id)
    return found


def queue_with_member(admin: Sdk) -> tuple[Any, Any]:
    """Step 5."""
    home = admin.authorization.get_authorization_divisions_home()
    user = admin.users.post_users(
        admin.model("CreateUser", name="Alex", email="alex@rehearsal.example", division_id=home.id)
    )
    queue = admin.routing.post_routing_queues(
        admin.model(
            "CreateQueueRequest", name="PolyAI Test Queue", division=admin.model("WritableDivision", id=home.id)
        )
    )
    admin.routing.post_routing_queue_members(queue.id, [admin.model("WritableEntity", id=user.id)])
    listed = admin.routing.get_routing_queue_members(queue.id)
    assert [(member.id, member.name, member.joined) for member in listed.entities] == [(user.id, "Alex", True)]
    return queue, user


def deployed_flow(admin: Sdk, text: str) -> str:
    """Step 6, as deployment tools do it: register a job, upload to its URL, poll."""
    job = admin.architect.post_flows_jobs()
    upload = urllib3.request("PUT", job.presigned_url, body=text.encode(), headers=job.headers, retries=False)
    assert upload.status == 200, upload.data
    done = admin.architect.get_flows_job(job.id)
    assert (done.status, done.messages) == ("Success", [])
    return str(done.flow.id)


def test_the_sdk_builds_the_guides_configuration_and_runs_a_conversation(
    admin: Sdk,
    package: Any,
    emulator: Serving,
    hook: Hook,
    flow_text: Callable[[str, str], str],
    until: Callable[[Callable[[], Any]], Any],
) -> None:
    client = role_and_client(admin)
    open_integration = integration(admin, hook.url, until)
    queue, user = queue_with_member(admin)
    flow = deployed_flow(admin, flow_text("PolyAI Handoff Flow", queue.name))
    recipient = admin.routing.put_routing_message_recipient(  # step 7
        open_integration.recipient.id,
        admin.model("RecipientRequest", flow=admin.model("RecipientFlow", id=flow)),
    )
    assert (recipient.flow.id, recipient.flow.name) == (flow, "PolyAI Handoff Flow")

    vendor = Sdk(package, emulator.url, (client.id, client.secret))
    said = inbound(vendor, open_integration.id, "ann-1", "A person, please")
    assert said.text == "A person, please"
    conversation = said.conversation_id

    agent = answered_by(admin, user.id, conversation, until)
    reply = admin.conversations.post_conversations_message_communication_messages(
        conversation, agent.messages[0].id, admin.model("AdditionalMessage", text_body="Alex here")
    )
    delivered = hook.until(lambda got: [one for one in got if one.json.get("text") == "Alex here"])
    assert {one.headers["x-hub-signature-256"] == signature(one.body) for one in delivered} == {True}
    texts = [one.json["text"] for one in delivered if one.json["type"] == "Text"]
    assert texts == ["One moment please.", "Alex here"]
    assert [one.json["channel"]["to"]["id"] for one in delivered] == ["ann-1"] * len(delivered)

    read = vendor.conversations.get_conversations_message(conversation)
    assert [one.purpose for one in read.participants] == ["customer", "workflow", "acd", "agent"]
    message = vendor.conversations.get_conversations_message_message(conversation, reply.id)
    assert (message.normalized_message.text, message.direction) == ("Alex here", "outbound")
    bulk = vendor.conversations.post_conversations_message_messages_bulk(conversation, body=[said.id, reply.id])
    assert [one.normalized_message.text for one in bulk.entities] == ["A person, please", "Alex here"]
    with pytest.raises(package.rest.ApiException) as refused:  # the guide's role does not have conversation:…:view
        vendor.conversations.get_conversation(conversation)
    assert refused.value.status == 403

    wrapped_up(admin, conversation, agent, queue.id)
    assert agent_of(admin, conversation).messages[0].state == "disconnected"
    other = inbound(vendor, open_integration.id, "ben-1", "Never mind").conversation_id
    vendor.conversations.post_conversation_disconnect(other)
    assert {one.state for one in vendor.conversations.get_conversations_message(other).participants} == {"disconnected"}
    used = usage(admin, client.id)
    assert used["POST", "/api/v2/conversations/messages/{integrationId}/inbound/open/message"] == 2
    assert emulator.mistakes() == []


def inbound(vendor: Sdk, integration_id: str, customer: str, text: str) -> Any:
    """The vendor posts a customer's text."""
    sender = vendor.model("OpenMessagingFromRecipient", id=customer, id_type="Opaque", nickname="Ann")
    channel = vendor.model("OpenInboundMessageMessagingChannel", pcFrom=sender, time=datetime.now(UTC))
    message = vendor.model("OpenInboundNormalizedMessage", channel=channel, text=text)
    return vendor.conversations.post_conversations_message_inbound_open_message(
        integration_id, message, prefetch_conversation_id=True
    )


def answered_by(admin: Sdk, user: str, conversation: str, until: Callable[[Callable[[], Any]], Any]) -> Any:
    """The agent goes on queue and accepts."""
    admin.users.put_user_routingstatus(user, admin.model("RoutingStatus", status="IDLE"))
    alerting = until(lambda: agent_of(admin, conversation))
    assert (alerting.messages[0].state, alerting.user_id) == ("alerting", user)
    admin.conversations.patch_conversation_participant(
        conversation, alerting.id, admin.model("MediaParticipantRequest", state="connected")
    )
    agent = agent_of(admin, conversation)
    assert agent.messages[0].state == "connected"
    return agent


def wrapped_up(admin: Sdk, conversation: str, agent: Any, queue: str) -> None:
    """The agent leaves and finishes after-call work with a code of the queue."""
    code = admin.routing.post_routing_wrapupcodes(admin.model("WrapupCodeRequest", name="Resolved"))
    admin.routing.post_routing_queue_wrapupcodes(queue, [admin.model("WrapUpCodeReference", id=code.id)])
    admin.conversations.patch_conversations_message_participant(
        conversation, agent.id, body=admin.model("MediaParticipantRequest", state="disconnected")
    )
    admin.conversations.post_conversations_message_participant_communication_wrapup(
        conversation, agent.id, agent.messages[0].id, body=admin.model("WrapupInput", code=code.id, notes="done")
    )
    given = admin.conversations.get_conversations_message_participant_wrapup(conversation, agent.id)
    assert (given.code, given.notes) == (code.id, "done")


def agent_of(admin: Sdk, conversation: str) -> Any:
    """The agent participant, or None."""
    participants = admin.conversations.get_conversation(conversation).participants
    return next((one for one in participants if one.purpose == "agent"), None)


def usage(admin: Sdk, client: str) -> dict[tuple[str, str], int]:
    """Requests of a client by method and path."""
    query = admin.model(
        "ApiUsageClientQuery",
        interval="2026-01-01T00:00:00Z/2036-01-01T00:00:00Z",
        metrics=["Requests"],
        group_by=["TemplateUri", "HttpMethod"],
    )
    started = admin.oauth.post_oauth_client_usage_query(client, query)
    found = admin.oauth.get_oauth_client_usage_query_result(started.execution_id, client)
    assert found.query_status == "Complete"
    return {(row.http_method, row.template_uri): row.requests for row in found.results}


def signature(body: bytes) -> str:
    return "sha256=" + b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()


def test_the_sdk_walks_the_pages_of_a_listing(admin: Sdk) -> None:
    wanted = {f"Paged {number:02}" for number in range(33)}
    for name in sorted(wanted):
        admin.routing.post_routing_queues(admin.model("CreateQueueRequest", name=name))
    seen: list[str] = []
    page, more = 1, True
    while more:
        listing = admin.routing.get_routing_queues(page_size=10, page_number=page, name="Paged*")
        seen += [queue.name for queue in listing.entities]
        assert listing.total == 33
        page, more = page + 1, listing.next_uri is not None
    assert page - 1 == 4
    assert sorted(seen) == sorted(wanted)


def test_a_flow_is_saved_checked_in_and_published_by_the_sdk(admin: Sdk, flow_text: Callable[[str, str], str]) -> None:
    admin.routing.post_routing_queues(admin.model("CreateQueueRequest", name="Second Line"))
    flow = admin.architect.post_flows(admin.model("Flow", name="By versions", type="INBOUNDSHORTMESSAGE"))
    admin.architect.post_flows_actions_checkout(flow.id)
    text = flow_text("By versions", "Second Line")
    version = admin.architect.post_flow_versions(flow.id, {"yaml": text})
    admin.architect.post_flows_actions_checkin(flow.id)
    operation = admin.architect.post_flows_actions_publish(flow.id, version=version.id)
    assert (operation.action_status, operation.error_code) == ("SUCCESS", None)
    published = admin.architect.get_flow(flow.id).published_version
    assert admin.architect.get_flow_version_configuration(flow.id, published.id) == {"yaml": text}


def test_a_channel_is_opened_by_the_sdk_which_posts_the_word_null(admin: Sdk) -> None:
    channel = admin.notifications.post_notifications_channels()
    topic = admin.model("ChannelTopic", id="v2.users.nobody.conversations.messages")
    listed = admin.notifications.put_notifications_channel_subscriptions(channel.id, [topic], ignore_errors=True)
    assert [one.id for one in listed.entities] == ["v2.users.nobody.conversations.messages"]
