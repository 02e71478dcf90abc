"""Ways in which this client can be broken on purpose (``--fault NAME``), each a mistake that clients make.

``checks`` are the Web Messaging checks (WM-…: facts messaging §6c) and the rules for a client's frames (WC-…) which the
fault must turn red, and nothing beside them: its kin. A fault is a branch at the place it breaks; search for its name.
"""

from __future__ import annotations

from typing import Final

from ..vendor_side.faults import Fault

FAULTS: Final[dict[str, Fault]] = {
    # the connection
    "token_not_uuid": Fault("calls its session by something that is no UUID", ("WM-01",)),
    "speaks_first": Fault("says something before it configures its session", ("WM-01",)),
    "reconnects_after_403": Fault("opens the socket again and again where it was refused", ("WM-02",)),
    "reconnects_after_closed": Fault("comes back when it was told to close", ("WM-09", "WM-22")),
    "never_reconnects": Fault("stays away when the connection broke", ("WM-03", "WM-10", "WM-17"), ("WM-08",)),
    "new_token_on_drop": Fault(
        "begins a new session when the connection broke", ("WM-03", "WM-10", "WM-17"), ("WM-08",)
    ),
    "no_backoff": Fault("comes back at once, whatever happens", ("WM-10",)),
    "keeps_expired": Fault("goes on with a session that is over", ("WM-08",)),
    "frantic_health": Fault("checks the connection all the time", ("WM-20",)),
    "odd_frames": Fault("says things that the protocol does not know", ("WC-01", "WC-02")),
    # the session
    "never_joins": Fault("does not start the conversation by itself", ("WM-04",)),
    "joins_twice": Fault("starts the conversation twice", ("WM-04",)),
    "joins_again": Fault("starts the conversation again when it comes back", ("WM-03",)),
    "forgets_history": Fault("forgets what was said when it comes back, and does not ask", ("WM-03", "WM-17")),
    "no_history": Fault("never asks what was said while it was away", ("WM-17",)),
    "writes_into_ended": Fault("writes into a conversation that has ended", ("WM-13", "WC-02")),
    "restarts_old": Fault("does not ask for a new conversation when the old one has ended", ("WM-13",)),
    # what the guest says
    "hides_errors": Fault("does not tell the guest what went wrong", ("WM-06",)),
    "resets_on_error": Fault("begins a new session when a message was refused", ("WM-06",)),
    "ignores_retry_after": Fault("does not wait as long as it is told to", ("WM-07",)),
    "loses_limited": Fault("forgets a message that came too fast", ("WM-07",)),
    "no_queue": Fault("sends as fast as the guest writes", ("WM-23",)),
    "types_each_key": Fault("tells of every key that is pressed", ("WM-14",)),
    "types_forever": Fault("shows for ever that somebody is typing", ("WM-14",)),
    "click_as_text": Fault("sends what was clicked as a text", ("WM-11",)),
    "click_without_payload": Fault("sends the text of a button for its payload", ("WM-11",)),
    "untrimmed_attributes": Fault("sends more custom attributes than there is room for", ("WM-19",)),
    "sends_before_upload": Fault("sends a file before it has arrived", ("WM-15",)),
    "drops_upload_headers": Fault("uploads without the headers it was given", ("WM-15",)),
    "hides_upload_errors": Fault("does not tell the guest that a file was refused", ("WM-16",)),
    # what the guest sees
    "shows_echo": Fault("shows the guest's own message as if somebody else had said it", ("WM-05",)),
    "doubles_own": Fault("shows the guest's own message twice", ("WM-05",)),
    "shows_unknown": Fault("shows what it does not know", ("WM-12",)),
    "shows_as_comes": Fault("shows messages in the order in which they come", ("WM-18",)),
    "renders_markup": Fault("shows text as markup", ("WM-21",)),
}
