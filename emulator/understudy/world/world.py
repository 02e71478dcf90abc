"""All orgs of one emulator, and which org an id belongs to."""

from __future__ import annotations

from understudy.world.org import Org
from understudy.world.tokens import Token


class World:
    """Orgs by id, and the indices by which a request on the one port finds its org."""

    def __init__(self) -> None:
        self.orgs: dict[str, Org] = {}
        self.clients: dict[str, Org] = {}  # OAuth client id → org
        self.tokens: dict[str, tuple[Org, Token]] = {}  # access token → org and token
        self.integrations: dict[str, Org] = {}  # integration, deployment and termination ids → org
        self.channels: dict[str, Org] = {}  # notification channel id → org

    def add(self, org: Org) -> None:
        """Make an org reachable."""
        self.orgs[org.id] = org

    def remove(self, org_id: str) -> None:
        """Forget an org with all that points to it."""
        self.forget_ids(self.orgs.pop(org_id))

    def forget_ids(self, org: Org) -> None:
        """No request finds the org any more by what it had until now."""
        for index in (self.clients, self.integrations, self.channels):
            for key in [key for key, owner in index.items() if owner is org]:
                del index[key]
        for value in [value for value, (owner, _) in self.tokens.items() if owner is org]:
            del self.tokens[value]
