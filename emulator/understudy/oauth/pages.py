"""The pages that people see: signing in, having signed out, and what is wrong with a request.

Templates and style are ``reports/sign_in.*``; a page loads nothing, from us or from anybody else.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from understudy.material import material
from understudy.platform.messages import Answer
from understudy.world.entities import Entity

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATE: Final = "sign_in.html.j2"
PEOPLE_MAX: Final = 500  # users on one page; the emulator's own bound


@dataclass(frozen=True, slots=True)
class SignInForm:
    """What the sign-in page asks. ``people`` are (id, name, e-mail), ``chosen`` is the id that is selected first."""

    client: str
    scopes: Sequence[str]
    csrf: str = field(repr=False)
    people: Sequence[tuple[str, str, str]] = ()
    chosen: str = ""
    left_out: int = 0


def listed(users: Sequence[Entity], chosen: str) -> tuple[list[tuple[str, str, str]], int]:
    """The people that a page lists, the chosen one among them, and how many it leaves out."""
    first = sorted(users, key=lambda user: user.id != chosen)[:PEOPLE_MAX]
    return [(user.id, user.name, str(user.body.get("email") or "")) for user in first], len(users) - len(first)


class Pages:
    """Renders; the template is read when the first page is wanted."""

    def sign_in(self, org: str, form: SignInForm, target: str, problem: str = "") -> Answer:
        """The page that asks who it is. ``target`` is where its answer may send the browser, as a policy source."""
        status = 400 if problem else 200
        return self._page(status, f"Sign in to {org}", form=form, problem=problem, targets=f"'self' {target}")

    def problem(self, status: int, title: str, text: str) -> Answer:
        """A page that says what is wrong; it leads nowhere."""
        return self._page(status, title, problem=text)

    def message(self, title: str, text: str) -> Answer:
        """A page that only says something."""
        return self._page(200, title, text=text)

    def _page(
        self,
        status: int,
        title: str,
        *,
        text: str = "",
        problem: str = "",
        form: SignInForm | None = None,
        targets: str = "'none'",
    ) -> Answer:
        page = self._template.render(title=title, text=text, problem=problem, form=form, style=Markup(self._style))
        digest = b64encode(sha256(self._style.encode()).digest()).decode()
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            # browsers hold the redirect behind a form to form-action, too: the client's origin stands in it
            "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
            f"base-uri 'none'; frame-ancestors 'none'; form-action {targets}",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }
        return Answer(status, encoded=page.encode("utf-8", "replace"), headers=headers)

    @cached_property
    def _style(self) -> str:
        return (material("reports") / "sign_in.css").read_text("utf-8")

    @cached_property
    def _template(self) -> Template:
        # Loaded with the first page: it would make every start of an emulator slower by a twentieth
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        environment = Environment(
            loader=FileSystemLoader(material("reports")), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        return environment.get_template(TEMPLATE)
