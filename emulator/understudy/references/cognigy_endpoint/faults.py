"""Ways in which this endpoint can be broken on purpose (``--fault NAME``), each a mistake that vendors make.

``checks`` are the Bot Connector checks (BC-…: facts messaging §6a) and those of the Cognigy report (CG-…), ``rows`` the
rows of that report, which the fault must turn red, and nothing beside them: its kin. A fault is a branch at the place
it breaks; search for its name. Those of an answer's form break only the answer to "hi" (``answers.TEST_WORD``).
"""

from __future__ import annotations

from typing import Final

from ..vendor_side.faults import Fault

FAULTS: Final[dict[str, Fault]] = {
    # the credential
    "accepts_missing_token": Fault(
        "takes turns without a verify token", ("BC-03", "CG-F1.missing", "CG-C1.field.without"), ("F1", "C1")
    ),
    "accepts_any_token": Fault(
        "looks whether there is a verify token, not at its value",
        ("BC-04", "CG-F1.wrong", "CG-C1.token.without"),
        ("F1", "C1"),
    ),
    "accepts_token_prefix": Fault("takes the beginning of the verify token for all of it", ("BC-04",)),
    "refuses_with_answer": Fault("answers as the bot where it refuses", ("BC-03", "BC-04")),
    "case_sensitive_header": Fault("finds the token's header in one spelling only", ("BC-05",)),
    "odd_token_is_500": Fault("answers 500 to a token with a blank or a scheme", ("BC-06",)),
    "odd_token_now_and_then": Fault("takes a token with a scheme every other time", ("BC-06",)),
    "leaks_token": Fault("repeats the right token where it refuses a wrong one", ("BC-44",)),
    # the request
    "malformed_is_500": Fault("answers 500 to malformed JSON", ("BC-27",)),
    "refuses_as_page": Fault("answers malformed JSON with a page", ("BC-27",)),
    "missing_is_500": Fault("answers 500 where botId, inputMessage or botSessionId is missing", ("BC-28",)),
    "strict_fields": Fault("answers 400 to a field it does not know", ("BC-29",)),
    "any_bot_answers": Fault("answers as its own bot for any other", ("BC-30", "CG-V3.id"), ("V3",)),
    "language_is_500": Fault("answers 500 to a language it does not speak", ("BC-31",)),
    "spelling_is_500": Fault("answers 500 to its language in other letter case", ("BC-31",)),
    "any_method": Fault("answers 200 to GET", ("BC-32",)),
    "any_media_type": Fault("takes a turn of any media type", ("BC-32",)),
    # the answer's form
    "wrong_content_type": Fault("says that its answer is HTML", ("BC-01",)),
    "slow_now_and_then": Fault("takes over 7 s for every tenth answer", ("BC-02",)),
    "odd_state": Fault("answers with a botState that there is not", ("BC-07", "BC-BODY")),
    "wrong_key": Fault("names its messages as the other contract does", ("BC-08",)),
    "message_without_text": Fault("sends a text message without text", ("BC-09", "BC-BODY")),
    "nested_parameters": Fault("answers with parameters that are no strings", ("BC-10", "BC-BODY")),
    "percent_confidence": Fault("gives its confidence in percent", ("BC-11", "BC-BODY")),
    # what the bot says
    "undeclared_intent": Fault(
        "completes with an undeclared intent",
        ("BC-12", "BC-40.v1", "CG-V1", "CG-V2.success", "CG-C1.messages.with"),
        ("V1", "V2", "C1"),
    ),
    "fails_silently": Fault("fails without saying why", ("BC-13",)),
    "wrong_slot_type": Fault(
        "fills an integer slot with a word",
        ("BC-14", "CG-V1", "CG-V2.success", "CG-C1.messages.with"),
        ("V1", "V2", "C1"),
    ),
    "loops": Fault("names the same intent again and again", ("BC-15.v1",)),
    "leaks_between_sessions": Fault("mixes up sessions that take turns", ("BC-16",)),
    # what a bot does not tell it can't leak: the rows of leaks aren't earned
    "forgets_context": Fault(
        "keeps the session variables of the newest turn only", ("BC-17",), ("BC-16", "BC-18", "BC-19")
    ),
    "over_is_500": Fault("answers 500 in a session that is over", ("BC-18",)),
    "remembers_after_end": Fault("goes on with a session that is over", ("BC-18",)),
    "never_expires": Fault("goes on with a session whose timeout is over", ("BC-19",)),
    "empty_is_500": Fault("answers 500 to a turn without text", ("BC-20",)),
    "ignores_payload": Fault("reads the text of a button instead of its payload", ("BC-21",)),
    "direct_click_is_500": Fault("answers 500 to a click in the direct shape", ("BC-22",)),
    "attachment_is_500": Fault("answers 500 to an attachment", ("BC-23",)),
    "long_is_500": Fault("answers 500 to a long text", ("BC-24",)),
    "mangles_text": Fault("replaces all characters but ASCII", ("BC-25",)),
    "answers_in_latin_1": Fault(
        "answers in Latin-1, which is no JSON",
        ("BC-25", "BC-07", "BC-08", "BC-09", "BC-10", "BC-11", "BC-BODY"),
    ),
    "renders_markup": Fault("takes markup out of what it repeats", ("BC-26",)),
    "runs_templates": Fault("works out what looks like a template", ("BC-26",)),
    "follows_links": Fault("fetches what a link in a text leads to", ("BC-23", "BC-26")),
    "doubles_turns": Fault("takes a turn that was delivered twice for two", ("BC-33",)),
    "refuses_concurrent": Fault(
        "answers 500 to a turn while it answers another of the session", ("BC-33", "BC-34", "BC-42")
    ),
    "forgets_concurrent": Fault("forgets what is said while it answers", ("BC-34",)),
    "no_handoff": Fault("does not hand off", ("BC-35",)),
    "no_handoff_context": Fault("hands off without context", ("BC-35",)),
    "no_end": Fault("does not end when the customer does", ("BC-36",)),
    "bad_structures": Fault("sends every action twice, and links without a host", ("BC-37",)),
    "sticks_when_slow": Fault("never comes back from an answer that was slow", ("BC-34", "BC-42")),
    "long_name": Fault("registers an intent with a name that is too long", ("BC-40.v1",)),
    # v2
    "repeats_bot": Fault("v2: lists its bot twice", ("BC-38.v2",)),
    "any_bot": Fault("v2: shows its bot under any id", ("BC-39.v2",)),
    "acknowledges_late": Fault("v2: acknowledges a turn after 6 s", ("BC-41.v2",)),
    "answers_other_session": Fault("v2: replies later to another session", ("BC-41.v2",)),
    "answers_twice": Fault("v2: sends its later reply twice", ("BC-41.v2",)),
    "never_answers_later": Fault("v2: acknowledges and never replies", ("BC-41.v2",)),
    # the guide's rows
    "no_fallback_text": Fault("says nothing beside what the channel can't show", ("CG-F3",), ("F3",)),
    "no_slots": Fault("completes without its slots", ("CG-V1",), ("V1",)),
    "fails_as_success": Fault(
        "completes where it failed", ("BC-13", "CG-V2.failure", "CG-C1.messages.with"), ("V2", "C1")
    ),
    "ignores_disabled": Fault("answers though it is not enabled", ("CG-F5",), ("F5",)),
    "no_copilot": Fault("has no copilot", ("CG-V4", "CG-C1.division.with"), ("V4", "F2", "F6", "C1")),
    "copilot_wrong_host": Fault(
        "logs in at another region's host",
        ("BC-41.v2", "CG-V4", "CG-F2", "CG-F6", "CG-C1.division.with"),
        ("V4", "F2", "F6", "C1"),
    ),
    "copilot_misses_agent": Fault("its copilot does not take in what agents say", ("CG-V4",), ("V4",)),
    "no_scope": Fault("asks for a token without a scope", ("CG-V4", "CG-C1.login.with"), ("V4", "C1")),
    "hammers_login": Fault("asks for a token again and again when it is refused", ("CG-F2",), ("F2",)),
}
