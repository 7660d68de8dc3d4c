"""One expected page, message and file of numbers per state.

After a wanted change: `UPDATE_GOLDEN=1 python -m pytest tests/report`, then read the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from states import STATES

from perf_pipeline.report.render import render_html, render_json, render_markdown
from perf_pipeline.report.view import ReportView, build_view

GOLDEN = Path(__file__).parent / "golden"
RENDERERS = {"html": render_html, "md": render_markdown, "json": render_json}


def expected(view: ReportView, name: str) -> tuple[str, str]:
    """What is written now and what should be; writes it down first when asked to."""
    path = GOLDEN / name
    found = RENDERERS[path.suffix[1:]](view)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(found, encoding="utf-8")
    return found, path.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", RENDERERS)
@pytest.mark.parametrize("state", STATES)
def test_report_of_every_state(state: str, kind: str) -> None:
    """The report of a state is exactly the reviewed one."""
    found, golden = expected(build_view(STATES[state]()), f"{state}.{kind}")
    assert found == golden


def test_no_golden_file_is_left_over() -> None:
    """Every golden file belongs to a state that is still built."""
    names = {f"{state}.{kind}" for state in STATES for kind in RENDERERS}
    assert {path.name for path in GOLDEN.iterdir()} == names
