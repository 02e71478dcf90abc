from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from tests.reporter.conftest import Lines

from understudy.reporter.markdown import PATHS_MAX, code, label, markdown, text
from understudy.reporter.report import Report, ReportConversation

GOLDEN = Path(__file__).parent.parent / "vectors" / "reports" / "report.md"


def test_the_document_reads_as_written(report: Report) -> None:
    assert markdown(report) == GOLDEN.read_text("utf-8")


def test_every_row_of_a_table_has_as_many_cells_as_its_head(report: Report) -> None:
    columns = 0
    for line in markdown(report).split("\n"):
        if not line.startswith("|"):
            columns = 0
            continue
        cells = len(re.findall(r"(?<!\\)\|", line)) - 1
        columns = columns or cells
        assert cells == columns, line


def test_markup_in_a_text_is_text() -> None:
    assert text("a|b *c* <b>&amp; [x](javascript:1) `d` snake_case _e_") == (
        r"a\|b \*c\* &lt;b&gt;&amp;amp; \[x\](javascript:1) \`d\` snake_case \_e\_"
    )


def test_a_code_span_holds_backticks_and_pipes() -> None:
    assert code("a `b` | c") == r"``a `b` \| c``"
    assert code("`a`") == "`` `a` ``"
    assert code("") == ""


def test_a_label_of_a_diagram_holds_no_markup() -> None:
    assert label('a "b" `c` | <d> # [e] {f}; \x1b') == (
        "a #34;b#34; #96;c#96; #124; #60;d#62; #35; #91;e#93; #123;f#125;; ‹ESC›"
    ).replace("‹ESC›", "#8249;ESC#8250;")


def test_paths_through_flows_are_drawn_failing_ones_first_and_bounded(report: Report, lines: Lines) -> None:
    made = []
    for at in range(PATHS_MAX + 2):
        entries = [lines.note("flow.started", "ann", f"c-{at}", flow="f", name=f"Flow {at}")]
        entries.append(lines.note("flow.step", "ann", f"c-{at}", flow="f", action="wait", name="W", branch="failure"))
        if at == 5:
            entries.append(lines.note("flow.failed", "ann", f"c-{at}", flow="f", action="W", reason="too long"))
        made.append(ReportConversation(id=f"c-{at}", title=f"C{at}", test="t", entries=tuple(entries)))
    text = markdown(replace(report, conversations=tuple(made)))
    assert text.count("```mermaid") == PATHS_MAX
    assert "And 2 more: see report.html." in text
    first = text.index("### Flow 5: no outcome seen\n\nTaken by C5.")
    assert first < text.index("### Flow 0")
    assert text[first:].split("\n")[4:13] == [
        "```mermaid", "flowchart TD", '  n0(["Flow 5"])', '  n1["✗ wait “W”: failed: too long"]:::failed',
        '  n2(["End: not seen in the record"])', "  n0 --> n1", '  n1 -->|"failure"| n2',
        "  linkStyle 1 stroke:#b3261e", "  classDef failed fill:#fcebea,stroke:#b3261e,color:#b3261e",
    ]  # fmt: skip


def test_a_path_that_many_took_is_drawn_once(report: Report, lines: Lines) -> None:
    made = []
    for at in range(7):
        entries = (lines.note("flow.started", "ann", f"c-{at}", flow="f", name="Front"),
                   lines.note("flow.ended", "ann", f"c-{at}", flow="f", outcome="transfer"))  # fmt: skip
        made.append(ReportConversation(id=f"c-{at}", title=f"C{at}", test="t", entries=entries))
    text = markdown(replace(report, conversations=tuple(made)))
    assert text.count("```mermaid") == 1
    assert "### Front: transfer\n\nTaken by C0, C1, C2, C3, C4 and 2 more.\n" in text
