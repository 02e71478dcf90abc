"""What people's browsers get: ``/messenger/<deploymentId>``, ``/desktop``, and the files that both load."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from html import escape
from typing import Final

import orjson

from understudy.oauth.regions import home_region
from understudy.pages.assets import STATIC, asset
from understudy.pages.clients import PATH, registration, sign_ins
from understudy.pages.policy import page_headers
from understudy.platform.guests import DEPLOYMENTS
from understudy.platform.messages import Answer
from understudy.web_deployments.snippet import apps, host_of, program
from understudy.world.world import World

MESSENGER: Final = "/messenger/"
READING: Final = ("GET", "HEAD")
PLACE: Final = re.compile(r"\[\[([a-z]+)\]\]")  # where a value stands in a template
SHOWN: Final = 80  # letters of a peer's text on a page


class Pages:
    """Answers without I/O. ``prefixes`` are a gateway's: host's label → path."""

    def __init__(self, world: World, prefixes: Mapping[str, str]) -> None:
        self.world, self.prefixes = world, prefixes

    def answer(self, method: str, path: str, origin: str, prefix: str, known_tag: str = "") -> Answer:
        """Answer a request for ``path`` (without prefix and query). ``origin`` and ``prefix`` are how its client got
        here; ``known_tag`` is the entity tag of what it has already."""
        if method not in READING:
            return Answer(405, encoded=b"", headers={"Allow": ", ".join(READING), "Content-Type": "text/plain"})
        if found := asset(path):
            headers = {
                "Content-Type": found.type,
                "ETag": found.tag,
                "Cache-Control": "no-cache",
                "X-Content-Type-Options": "nosniff",
                "Access-Control-Allow-Origin": "*",  # pages of other hosts carry the snippet
                "Cross-Origin-Resource-Policy": "cross-origin",
            }
            return Answer(304, encoded=b"", headers=headers) if known_tag == found.tag else _file(found.data, headers)
        if path.startswith(MESSENGER):
            return self._messenger(path.removeprefix(MESSENGER), origin, prefix)
        if path.rstrip("/") == PATH:
            return self._desktop(origin, prefix)
        return _problem(404, "There is no such page", f"{path[:SHOWN]} is not a page of the emulator.", origin, prefix)

    def _messenger(self, id_: str, origin: str, prefix: str) -> Answer:
        org = self.world.integrations.get(id_)
        deployment = org.entities.get(DEPLOYMENTS, id_) if org is not None else None
        if org is None or deployment is None:
            text = f"No organization here has a deployment with the id {id_[:SHOWN]!r}."
            return _problem(404, "There is no such deployment", text, origin, prefix)
        text = program(apps(origin) + prefix, home_region(org), id_)
        page = _render(
            "messenger", base=prefix, title=deployment.name or id_, org=org.name, program=text,
            status=str(deployment.body.get("status") or "Active"),
        )  # fmt: skip
        return _file(page, page_headers(origin, inline=f"\n{text}\n", framed=True))

    def _desktop(self, origin: str, prefix: str) -> Answer:
        page = f"{origin}{prefix}{PATH}"
        known = sign_ins(self.world.orgs.values(), page)
        text = _render(
            "desktop", base=prefix, page=page, orgs=orjson.dumps(known).decode(),
            login=self._address("login", origin, prefix), api=self._address("api", origin, prefix),
            client=orjson.dumps(registration(page), option=orjson.OPT_INDENT_2).decode(),
        )  # fmt: skip
        return _file(text, page_headers(origin))

    def _address(self, label: str, origin: str, prefix: str) -> str:
        """Another host's base URL; behind a gateway it is a folder of the same host."""
        return host_of(label, origin) + (self.prefixes.get(label, "") if prefix else "")


def _problem(status: int, title: str, text: str, origin: str, prefix: str) -> Answer:
    page = _render("problem", base=prefix, title=title, text=text)
    return _file(page, page_headers(origin), status)


def _file(data: bytes, headers: Mapping[str, str], status: int = 200) -> Answer:
    return Answer(status, encoded=data, headers=headers)


def _render(name: str, **values: str) -> bytes:
    """A page with its values; all of them are escaped but ``program``, which is ours and holds no markup."""

    def value(found: re.Match[str]) -> str:
        key = found[1]
        return values[key] if key == "program" else escape(values[key])

    return PLACE.sub(value, _template(name)).encode("utf-8", "replace")


@cache
def _template(name: str) -> str:
    return (STATIC / f"{name}.html").read_text("utf-8")
