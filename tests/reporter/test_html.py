from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from understudy.checker.verdict import Result
from understudy.material import material
from understudy.reporter.html import html
from understudy.reporter.report import Report

VOID = frozenset({"meta", "link", "br", "rect", "line", "path"})


class Page(HTMLParser):
    """What a browser makes of the page: elements, their attributes, all text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(data for tag, data in self.texts if tag not in ("script", "style")).split())


@pytest.fixture
def page(report: Report) -> Page:
    return Page(html(report))


def test_every_element_is_closed_where_it_was_opened(page: Page) -> None:
    assert page.open == []


def test_the_page_reaches_for_nothing_outside_itself(page: Page) -> None:
    for tag, attributes in page.found:
        assert tag not in ("img", "iframe", "object", "embed", "base", "form")
        for name in ("src", "href", "action", "xlink:href"):
            assert attributes.get(name, "#")[:1] == "#" or attributes[name] == "data:,"
    style = next(data for tag, data in page.texts if tag == "style")
    assert "url(" not in style
    assert "@import" not in style


def test_every_link_leads_somewhere(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in page.of("a")} <= set(ids)


def test_the_policy_allows_the_one_style_and_the_one_script(page: Page) -> None:
    policy = next(meta["content"] for meta in page.of("meta") if "http-equiv" in meta)
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        (inline,) = [data for where, data in page.texts if where == tag]
        digest = b64encode(sha256(inline.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_no_element_or_attribute_is_made_of_what_a_peer_said(page: Page) -> None:
    assert len(page.of("script")) == 1
    for tag, attributes in page.found:
        assert "alert" not in tag
        assert not [name for name in attributes if name.startswith("on") or name == "style"], attributes


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "</pre></details><h1>x",
        "]]><!--",
        "\" onclick='x' a=\"",
        "'x",
        "&lt;b&gt;",
        "{{ 7*7 }}",
    ],
)
def test_hostile_text_is_shown_as_it_is(report: Report, text: str) -> None:
    worst = replace(report.verdicts[0], observed=text, expected=text, rule=text, source=text, test=text)
    rows = tuple(replace(row, title=text, reason=text, waiver=text, qualifier=text) for row in report.rows)
    talk = tuple(replace(one, title=text, test=text) for one in report.conversations)
    entries = {
        id_: {**line, "name": text, "body": text, "headers": [[text, text]], "data": {text: text}, "peer": text}
        for id_, line in report.entries.items()
    }
    tests = tuple(replace(test, text=text, id=text) for test in report.tests)
    run = {**report.run, "machine": text}
    made = replace(
        report,
        verdicts=(worst,),
        rows=rows,
        conversations=talk,
        entries=entries,
        tests=tests,
        run=run,
        warnings=(text,),
    )
    page = Page(html(made))
    assert page.open == []
    assert len(page.of("script")) == 1
    assert page.text.count(text) > 40
    assert not [name for _, attributes in page.found for name in attributes if name.startswith("on")]


def test_what_turns_the_direction_or_cannot_be_seen_is_named(report: Report) -> None:
    source = html(report)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", source)
    assert "‹U+202E›evil‹U+202C›" in source


def test_bytes_that_are_no_utf8_are_hexadecimal(page: Page) -> None:
    assert "Body, 9 bytes, not UTF-8: in hexadecimal" in page.text
    assert "00000000 ff fe 00 62 69 6e 61 72 79 ...binary" in page.text


def test_json_stands_as_it_was_said_and_indented_beside(report: Report) -> None:
    source = html(report)
    assert "\n{&#34;text&#34;:&#34;hello&#34;}</pre>" in source
    assert "\n{\n  &#34;text&#34;: &#34;hello&#34;\n}</pre>" in source


def test_a_body_that_begins_with_a_line_break_keeps_it(report: Report) -> None:
    entries = {id_: {**line, "body": "\nfirst"} for id_, line in report.entries.items()}
    assert '<pre dir="ltr" class="text">\n\nfirst</pre>' in html(replace(report, entries=entries))


def test_the_header_says_how_it_ended_and_how_to_do_it_again(page: Page) -> None:
    assert (
        "Not passed exit 1: required, and not earned: V1 (failed), V3 (flaky), V4 (not seen), F2 (not applicable)"
        in page.text
    )
    assert "✓ 2 passed ✗ 2 failed ○ 2 not seen – 1 not applicable" in page.text
    assert "understudy verify polyai --fault duplicate" in page.text


def test_a_check_says_what_was_diagnosed_in_its_tests(page: Page) -> None:
    assert page.texts.count(("code", "routing.no_flow: nothing is attached")) == 1


def test_a_row_opens_to_checks_verdicts_and_evidence(page: Page) -> None:
    assert (
        "V1 A test message reaches the webhook, signed; the reply comes back through the Platform API channel ✗ failed "
        "PA-V1.channel Title of PA-V1.channel ✗ failed ✗ failed Title of PA-V1.channel "
        "Expected one text, as it was said Observed 2 texts: hello, hello Rule PA-V1.channel.rule · must "
        "Source guide, step 5 · documented Evidence 0:10 0:11 0:999 "
        "Again understudy verify polyai --only PA-V1.channel --seed 1 "
        "Genesys' side diagnosed routing.no_flow: nothing is attached Made ripe by "
    ) in page.text


def test_evidence_that_is_not_on_the_page_is_no_link(page: Page) -> None:
    links = {link["href"] for link in page.of("a")}
    assert "#e-0-10" in links
    assert "#e-0-999" not in links


def test_what_failed_stands_open_and_what_passed_closed(page: Page) -> None:
    verdicts = [attributes for attributes in page.of("details") if attributes.get("class") == "verdict"]
    assert [("open" in attributes) for attributes in verdicts].count(False) == 2
    assert ["open" in a for a in page.of("details") if a.get("class") == "conversation"] == [True, False]


def test_verdicts_that_passed_by_one_rule_are_told_once(report: Report) -> None:
    passed = next(verdict for verdict in report.verdicts if verdict.result is Result.PASSED)
    again = tuple(replace(passed, test=f"t{number}", observed=f"{number} seen") for number in range(40))
    page = Page(html(replace(report, verdicts=(*report.verdicts, *again))))
    assert "41 times" in page.text
    assert "17 seen" not in page.text


def test_the_sequence_is_drawn_with_lanes_and_marks(page: Page) -> None:
    assert "Customer Vendor's endpoint Open Messaging Platform API Notifications" in page.text
    assert "✗ 0:10" in page.text
    assert "flow.step: PolyAI Handoff Flow, transferToAcd, To the queue" in page.text


def test_what_is_judged_in_every_test_marks_a_conversation_only_where_it_failed(report: Report) -> None:
    heard = replace(report.verdicts[-1], entries=report.conversations[1].entries)
    failed = Page(html(replace(report, verdicts=(*report.verdicts[:-1], heard))))
    passed = Page(html(replace(report, verdicts=(*report.verdicts[:-1], replace(heard, result=Result.PASSED)))))
    assert "✗ OM-SELF failed" in failed.text
    assert "✓ OM-SELF passed" not in passed.text


def test_a_large_run_is_cut_and_says_where_the_rest_is(wide_report: Report) -> None:
    source = html(wide_report)
    page = Page(source)
    shown = [attributes["id"] for attributes in page.of("details") if attributes.get("class") == "conversation"]
    assert len(shown) == 200
    assert shown[-1] == "c-230", "what failed is kept before what passed"
    assert (
        "30 more conversations are left out of this page; they stand in report.json beside it and in the record: "
        "polyai-2026-11-21T100000-ab12/record."
    ) in page.text


def test_large_bodies_do_not_make_a_page_that_no_browser_opens(wide_report: Report) -> None:
    entries = {
        id_: {**line, "body": "x" * 900_000, "headers": [["H", "y" * 400_000]]}
        for id_, line in wide_report.entries.items()
    }
    source = html(replace(wide_report, entries=entries))
    assert len(source) < 40_000_000
    assert re.search(r"\d+ more conversations are left out", source)


def brightness(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_on_its_ground(scheme: str) -> None:
    style = (material("reports") / "page.css").read_text("utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:2]
    colours = dict(re.findall(r"--([\w-]+): (#\w{6});", light if scheme == "light" else dark))
    pairs = [(ink, ground) for ink in ("ink", "soft", "link") for ground in ("paper", "raised")]
    results = [result.value.replace(" ", "-") for result in Result]
    for text, ground in (*pairs, *((name, f"{name}-tint") for name in results), *((n, "paper") for n in results)):
        bright, dim = sorted((brightness(colours[text]), brightness(colours[ground])), reverse=True)
        assert (bright + 0.05) / (dim + 0.05) >= 4.5, f"{text} on {ground}"


def test_a_green_run_with_nothing_else_makes_a_page(report: Report) -> None:
    rows = tuple(replace(row, result=Result.PASSED, flaky=False, waiver="") for row in report.rows[:3])
    verdicts = tuple(replace(verdict, result=Result.PASSED) for verdict in report.verdicts[:3])
    made = replace(report, rows=rows, verdicts=verdicts, conversations=(), entries={}, tables=(), findings=())
    page = Page(html(replace(made, warnings=(), tests=())))
    assert "Passed exit 0: every required row passed" in page.text


def test_a_path_through_a_flow_is_drawn_with_title_and_description(report: Report, page: Page) -> None:
    (drawing,) = [attributes for attributes in page.of("svg") if attributes.get("class") == "path"]
    ids = {attributes["id"]: tag for tag, attributes in page.found if "id" in attributes}
    assert ids[drawing["aria-labelledby"]] == "title"
    assert ids[drawing["aria-describedby"]] == "desc"
    told = [data for tag, data in page.texts if tag == "desc"]
    assert told == ["transferToAcd To the queue. Outcome: not seen."]
