"""Switches: behaviours of the platform on which sources disagree or are silent, each with a named default.

A switch is set per org (``understudy: switches:`` of the org file) and stands in the hidden part of its organization
entity, so that a rehearsal can vary it. The table is the whole list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from understudy.errors import SettingsError, nearest
from understudy.world.org import Org

ORGANIZATIONS: Final = "organizations"  # one entity, under the org's own id
HIDDEN: Final = "switches"  # in its hidden part: dict[str, str], only what differs from the defaults


@dataclass(frozen=True, slots=True)
class Switch:
    """One open question: its default, what else it may be, and why it is a switch."""

    default: str
    values: tuple[str, ...]
    source: str


SWITCHES: Final[Mapping[str, Switch]] = {
    "authorization.hidden_object": Switch(
        "403",
        ("403", "404"),
        "how an object in a division without permission is refused is not documented (platform-api §4)",
    ),
    "bot_connector.click_shape": Switch(
        "content",
        ("content", "direct", "both"),
        "Google's adapter reads a click from content[], a design modelled on Kore's server has it in inputMessage "
        "directly (messaging §3.1)",
    ),
    "bot_connector.loop_guard": Switch(
        "on",
        ("on", "off"),
        "a session of v1 with one intent in more than 3 turns ends with NoMatchError: a single source (messaging §3.1)",
    ),
    "bot_connector.parameters_each_turn": Switch(
        "first",
        ("first", "every"),
        "two implementations keep the session variables of turn 1 because later turns omit them (messaging §3.1)",
    ),
    "bot_connector.path_join": Switch(
        "plain",
        ("plain", "named"),
        "whether /botconnector is part of what is appended to the base URI of v2 is open (messaging §3.3)",
    ),
    "notifications.all_channels_live": Switch(
        "replace",
        ("replace", "refuse"),
        "the 21st channel replaces the oldest without a connection; what if all have one is not documented "
        "(platform-api §5)",
    ),
    "notifications.dead_channel_upgrade": Switch(
        "401",
        ("401", "404"),
        "a Swift client meets 401; whether the 404 of a socket-level subscribe applies is open (platform-api §5, §9)",
    ),
    "oauth.client_authorization": Switch(
        "not_needed",
        ("not_needed", "required"),
        "whether a client-credentials client must be among the authorized applications of its own org is not "
        "documented; a vendor's guide has it authorized (guide cognigy, Create Credentials)",
    ),
    "oauth.client_auth_in_body": Switch(
        "reject", ("reject", "accept"), "sources disagree on client_id and client_secret in the form (platform-api §3)"
    ),
    "oauth.error_status": Switch(
        "400",
        ("400", "401"),
        "400 in two reports; an installer treats 400 or 401 as a rejected grant (platform-api §3)",
    ),
    "oauth.no_scopes": Switch(
        "none",
        ("none", "all"),
        "what a user's token may do whose client has no scope at all is not documented (platform-api §3)",
    ),
    "oauth.refresh_rotation": Switch(
        "rotate",
        ("rotate", "keep"),
        "whether a refresh replaces the refresh token; official SDKs take one from every answer (platform-api §9)",
    ),
    "oauth.sign_in": Switch(
        "page",
        ("page", "automatic"),
        "ours: a page asks people who they are; automatic takes login_hint, else the first user, for tests without one",
    ),
    "open_messaging.failed_delivery": Switch(
        "message",
        ("message", "conversation"),
        "what a refused webhook call ends: one user saw the whole chat fail (messaging §1.3, forum t/30668)",
    ),
    "open_messaging.inbound_status": Switch(
        "200", ("200", "202"), "the success status of the inbound endpoints is not documented (messaging §1.2)"
    ),
    "web_messaging.closed_reason": Switch(
        "both",
        ("both", "reason", "reasonCode"),
        "ConnectionClosedEvent has reason in the mobile SDK and reasonCode in the swagger (messaging §2.3)",
    ),
    "web_messaging.no_origin": Switch(
        "accept",
        ("accept", "refuse"),
        "whether a socket without Origin passes a list of allowed domains is not documented; clients differ in what "
        "they send (messaging §2.1)",
    ),
}


def switch(org: Org | None, name: str) -> str:
    """A switch's value in an org, or its default where no org is known."""
    if name not in SWITCHES:
        raise SettingsError("switch", name, nearest(name, list(SWITCHES)))
    organization = org.entities.get(ORGANIZATIONS, org.id) if org is not None else None
    chosen: Mapping[str, str] = organization.hidden.get(HIDDEN, {}) if organization is not None else {}
    return chosen.get(name, SWITCHES[name].default)


def check_switch(name: str, value: str) -> None:
    """Raise ``SettingsError`` unless the switch exists and may have this value."""
    if name not in SWITCHES:
        raise SettingsError("switch", name, nearest(name, list(SWITCHES)))
    if value not in SWITCHES[name].values:
        raise SettingsError(f"switch {name}", value, "give " + " or ".join(SWITCHES[name].values))
