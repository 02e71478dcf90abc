"""The list of bots that a v2 provider gives (``GET …/bots``; facts: messaging §3.3), and what is kept of it. When it is
asked for says ``integrations.installed.pull_bots``.
"""

from __future__ import annotations

from understudy.bot_connector.bots import read_bot, read_bots
from understudy.bot_connector.faults import Fault, Faults, Said
from understudy.bot_connector.response import Response
from understudy.integrations.bots import replace_bots
from understudy.world.org import Org


def pulled(org: Org, integration: str, response: Response, most: int) -> tuple[Fault, ...]:
    """Keep the bots of a response in place of those before; what can't be read is left out and reported. A response
    that is no list leaves the bots as they were."""
    faults = Faults()
    if _is_readable(response, most, faults):
        bots = read_bots(response.body, faults)
        if bots or faults.first_fatal is None:
            replace_bots(org, integration, bots)
    return tuple(faults.found)


def shown(response: Response, most: int) -> tuple[Fault, ...]:
    """What is wrong with a response that shows one bot."""
    faults = Faults()
    if _is_readable(response, most, faults):
        read_bot(response.body, faults)
    return tuple(faults.found)


def _is_readable(response: Response, most: int, faults: Faults) -> bool:
    encoding = response.header("content-encoding").strip().lower()
    if response.status != 200:
        faults.add("BC-01", "status", "200", Said(f"{response.status}"))
    elif encoding not in ("", "identity"):
        faults.add("BC-01.encoding", "Content-Encoding", "identity, as Accept-Encoding asks", encoding)
    elif response.is_cut or len(response.body) > most:
        faults.add("BC-01.size", "", f"{most} bytes at most", Said("longer"))
    return faults.first_fatal is None
