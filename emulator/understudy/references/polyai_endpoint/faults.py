"""Ways in which this endpoint can be broken on purpose (``--fault NAME``), each a mistake that vendors make.

``checks`` are the Open Messaging checks (facts: messaging §6b) and ``rows`` the rows of the PolyAI report that the
fault must turn red, and nothing beside them: its kin. A fault is a branch at the place it breaks; search for its name.
"""

from __future__ import annotations

from typing import Final

from ..vendor_side.faults import Fault

FAULTS: Final[dict[str, Fault]] = {
    # the webhook: signature
    "accepts_unsigned": Fault("takes deliveries without a signature", ("OM-02",)),
    "accepts_any_signature": Fault(
        "looks at the signature's form, not at its value",
        ("OM-03", "OM-05", "PA-F1", "PA-C1.secret.without"),
        ("F1", "C1"),
    ),
    "accepts_hex_signature": Fault("takes a hex digest, and one without sha256=", ("OM-04",)),
    "verifies_parsed_body": Fault("verifies the body after parsing and writing it anew", ("OM-06",)),
    "case_sensitive_header": Fault("finds the signature header in one spelling only", ("OM-07",)),
    # the webhook: what it answers
    "word_is_404": Fault("takes a single word of a bot for an unknown command: 404", ("OM-01", "OM-30")),
    "waits_for_upstream": Fault("answers only when its own upstream is through, however slow", ("OM-12",)),
    "upstream_failure_is_400": Fault("answers 400 while its own upstream is down", ("OM-11",)),
    "upstream_failure_loses": Fault("answers 200 and drops the message while its own upstream is down", ("OM-11",)),
    "unknown_is_400": Fault("answers 400 to a type, event or content it does not know", ("OM-15",)),
    "receipt_is_404": Fault("answers 404 to a receipt", ("OM-14", "PA-V4"), ("V4",)),
    "crashes_on_unknown_user": Fault("answers 500 when nobody has the address", ("OM-27",)),
    "strict_fields": Fault("answers 400 to a field it does not know and to a missing optional one", ("OM-29",)),
    "malformed_is_500": Fault("answers 500 to malformed JSON", ("OM-30",)),
    "get_is_200": Fault("answers 200 to GET and PUT", ("OM-31",)),
    # what the user sees
    "capitalises_text": Fault("shows a text that is one word with a capital first letter", ("OM-08",)),
    "no_dedupe": Fault("shows a delivery that was retried a second time", ("OM-09",)),
    "dedupe_ignores_time": Fault("takes the same id with a newer time for a retry", ("OM-10",)),
    "shows_typing": Fault("shows a typing event as a message", ("OM-13",)),
    "shows_receipts": Fault("shows a receipt as a message", ("OM-14",)),
    "ignores_quick_replies": Fault("does not show quick replies", ("OM-16",)),
    "ignores_quick_replies_v2": Fault("does not show quick replies of the second kind", ("OM-17",)),
    "ignores_card_links": Fault("does not show the link of a card", ("OM-18",)),
    "merges_carousel": Fault("keeps one of several options with the same text", ("OM-19",)),
    "ignores_attachments": Fault("does not show attachments, nor that one failed", ("OM-20", "OM-21")),
    "hides_failed_attachments": Fault("says nothing when an attachment can't be loaded", ("OM-21",)),
    "truncates_text": Fault("cuts a text after 1,000 characters", ("OM-22",)),
    "shows_empty": Fault("shows a message that has neither text nor content", ("OM-23",)),
    "strips_markup": Fault("renders markup instead of showing it", ("OM-24",)),
    "reorders": Fault("shows every second text late from a user's fourth on", ("OM-25",)),
    "crosstalk": Fault("shows a text also to the user who got one less than 0.5 s before", ("OM-28",)),
    # what it sends
    "local_time": Fault("writes channel.time in a zone of its own, without milliseconds", ("OM-32",)),
    "repeats_message_id": Fault("gives every third text of a user the same messageId", ("OM-32",)),
    "token_per_call": Fault("gets a new token for every call", ("OM-32",), ("OM-33",)),
    "no_refresh": Fault("drops a message when its token is refused", ("OM-33", "OM-42"), ("F4", "C1")),
    "ignores_429": Fault("drops a message when it is told to wait", ("OM-34",)),
    "hammers_429": Fault("does not wait when it is told to", ("OM-34",)),
    "no_retry": Fault("drops a message after one 5xx", ("OM-35",)),
    "new_id_on_retry": Fault("retries after a 5xx with another messageId", ("OM-35",)),
    "typing_flood": Fault("sends an event for every key the user presses", ("OM-36",)),
    "no_receipts": Fault("never reports that a message was delivered", ("OM-37",)),
    "attachment_as_text": Fault("sends a user's file as a text with its address", ("OM-38",)),
    "uses_deprecated": Fault("sends every third text of a user to the deprecated inbound/open", ("OM-45",)),
    "click_as_text": Fault("sends a click as a text", ("OM-16", "OM-17", "OM-18", "OM-19")),
    # the hand-off
    "no_context": Fault("hands off without context", ("OM-39", "PA-V2"), ("V2",)),
    "relays_after_end": Fault("goes on relaying after the conversation has ended", ("OM-40", "PA-F3"), ("F3",)),
    "ends_on_transfer": Fault("takes an agent's transfer for the end", ("OM-41",)),
    "hands_off_once": Fault("does not hand a user off a second time", ("OM-42",)),
    "bot_loop": Fault("lets its bot answer a bot", ("OM-43", "PA-F2.no_acd"), ("F2",)),
    # the guide's rows
    "hammers_login": Fault("asks for a token again and again when it is refused", ("PA-F4",), ("F4",)),
    "never_replies": Fault("forward: its bot never answers", ("PA-V1.forward",), ("V1",)),
    "reads_whole_conversation": Fault(
        "reads with an operation that the guide's role does not allow: so it never learns that a conversation is over",
        ("PA-V3.allowed", "PA-F3"),
        ("V3", "F3"),
    ),
}
