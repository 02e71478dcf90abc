from __future__ import annotations

import re
from pathlib import Path

from understudy.reporter.markdown import code, markdown, text
from understudy.reporter.report import Report

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
