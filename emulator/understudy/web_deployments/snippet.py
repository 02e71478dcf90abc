"""The snippet of a deployment: what a site puts into its pages so that they have the messenger.

Its form is the platform's (guide: Cognigy, "Deploy your snippet"): a function named ``Genesys`` that keeps commands
until the script is there, the options ``environment`` and ``deploymentId``, and a script from the host ``apps``. The
text is our own; that ``_genesysJs`` names the function and ``q``, ``c``, ``t`` hold commands, options and time, as in
snippets on public pages, is assumed.
"""

from __future__ import annotations

from typing import Final

import orjson

from understudy.regions import region_of_host, regions

SCRIPT: Final = "/genesys-bootstrap/genesys.min.js"
COMPASS: Final = {"north": "n", "south": "s", "east": "e", "west": "w", "central": "c"}
# what would end the element, or JavaScript's line, from within a string
ESCAPED: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
FORM: Final = """\
(function (page, name, source, options) {
  var commands = page[name] = page[name] || function () {
    (commands.q = commands.q || []).push(arguments);
  };
  commands.t = Date.now();
  commands.c = options;
  page._genesysJs = name;
  var script = page.document.createElement("script");
  script.async = true;
  script.charset = "utf-8";
  script.src = source;
  page.document.head.appendChild(script);
})(window, "Genesys", %s, %s);"""


def program(base: str, domain: str, deployment: str) -> str:
    """The program in the snippet. ``base`` is where the host apps is; ``domain`` that of the org's region."""
    options = {"environment": environment(domain), "deploymentId": deployment}
    return FORM % (_literal(base + SCRIPT), _literal(options))


def snippet(origin: str, domain: str, deployment: str) -> str:
    """The element to put into a page; ``origin`` is the base URL by which somebody asked for it."""
    return f'<script type="text/javascript" charset="utf-8">\n{program(apps(origin), domain, deployment)}\n</script>'


def apps(origin: str) -> str:
    """Where the host apps is, seen from another address of the platform.

    >>> apps("https://api.mypurecloud.de")
    'https://apps.mypurecloud.de'
    >>> apps("http://127.0.0.1:8080")
    'http://127.0.0.1:8080'
    """
    return host_of("apps", origin)


def host_of(label: str, origin: str) -> str:
    """One of the region's hosts (``api``, ``login``, …), seen from another; an address that is no region's is the
    same for all."""
    scheme, _, authority = origin.partition("://")
    name, colon, port = authority.partition(":")
    domain = region_of_host(name)
    return f"{scheme}://{label}.{domain}{colon}{port}" if domain else origin


def environment(domain: str) -> str:
    """The environment of a region: ``prod`` for us-east-1, else its name shortened (observed: prod-euw1, prod-euc1;
    that all follow this form is assumed).

    >>> environment("mypurecloud.de")
    'prod-euc1'
    """
    region = next((name for name, known in regions().items() if known == domain), "us-east-1")
    if region == "us-east-1":
        return "prod"
    first, *words, number = region.split("-")
    short = "".join(_shortened(word) for word in words)
    return f"prod-{first}{short}{number}"


def _shortened(word: str) -> str:
    """``southeast`` → ``se``; a word that is no direction stays."""
    rest, found = word, ""
    while rest:
        name = next((one for one in COMPASS if rest.startswith(one)), "")
        if not name:
            return word
        found, rest = found + COMPASS[name], rest[len(name) :]
    return found


def _literal(value: object) -> str:
    text = orjson.dumps(value).decode()
    for letter, escaped in ESCAPED.items():
        text = text.replace(letter, escaped)
    return text
