"""A comparison written to its folder: the page and the numbers."""

from __future__ import annotations

from pathlib import Path

from perf_pipeline.report.comparison.data import render_json
from perf_pipeline.report.comparison.facts import ComparisonFacts
from perf_pipeline.report.comparison.view import ComparisonView, build_view
from perf_pipeline.report.files import write_text
from perf_pipeline.report.render import environment

PAGE = "compare.html"
NUMBERS = "compare.json"


def render_html(view: ComparisonView) -> str:
    """One self-contained page: inline style and drawings, no script, no network."""
    return environment().get_template("compare.html").render(view=view)


def write_comparison(facts: ComparisonFacts, directory: Path) -> Path:
    """Write page and numbers; returns the page's path. Each file appears whole or not at all.

    The page is no `index.html`: the newest report is still that of the newest night.
    """
    directory.mkdir(parents=True, exist_ok=True)
    write_text(directory / NUMBERS, render_json(facts))
    write_text(directory / PAGE, render_html(build_view(facts)))
    return directory / PAGE
