"""The page is one well-formed, self-contained, small file that says nothing it cannot know."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from crowd import crowded
from page_reader import LIMIT_BYTES, Page
from report_suite import SMALL
from states import STATES, first_night, worse

import perf_pipeline.report
from perf_pipeline.model import TrialStatus
from perf_pipeline.report.render import render_html, render_json, render_markdown
from perf_pipeline.report.view import build_view

BOASTS = re.compile(
    r"\b(excellent|certif\w+|flawless|perfect|outstanding|elite|amazing|awesome|superb|optimal"
    r"|production[- ]ready|production[- ]grade|world[- ]class|impressive|great|robust)\b",
    re.IGNORECASE,
)


@pytest.fixture(params=[*STATES, "crowded"])
def text(request: pytest.FixtureRequest) -> str:
    """The page of a state."""
    make = crowded if request.param == "crowded" else STATES[request.param]
    return render_html(build_view(make()))


def test_the_page_is_well_formed(text: str) -> None:
    """Every tag is closed in its turn, every table has headers, no id is there twice."""
    page = Page(text)
    assert page.faults == []
    assert page.open == []
    assert [name for name, number in Counter(page.ids).items() if number > 1] == []


def test_the_page_loads_nothing(text: str) -> None:
    """No script, no address that leads to another machine, nothing that a style would fetch."""
    page = Page(text)
    assert not {"script", "iframe", "object", "embed", "form", "base"} & set(page.tags)
    allowed = ("#", "profiles/", "data:,")
    assert [found for found in page.addresses if not found.startswith(allowed)] == []
    assert "url(" not in text
    assert "@import" not in text
    assert "default-src 'none'" in text


def test_the_page_stays_small(text: str) -> None:
    """Sixty benchmarks of four cases fit into 300 KB."""
    assert len(text.encode()) < LIMIT_BYTES


def test_the_page_of_a_large_suite_stays_small_too() -> None:
    """What does not fit is named with the place where it is; nothing grows without end."""
    text = render_html(build_view(crowded(250)))
    assert len(text.encode()) < LIMIT_BYTES
    assert "more benchmarks: in report.json and in SQL." in text


def test_links_on_the_page_lead_somewhere(text: str) -> None:
    """Every link to a section finds it."""
    page = Page(text)
    assert {found[1:] for found in page.addresses if found.startswith("#")} <= set(page.ids)


def test_no_boasts(text: str) -> None:
    """The page praises nothing and certifies nothing."""
    assert BOASTS.findall(text) == []


def test_no_boasts_in_templates_or_code() -> None:
    """The words are not in any template or sentence of the report either."""
    folder = Path(perf_pipeline.report.__file__).parent
    files = [path for path in folder.rglob("*") if path.suffix in (".py", ".html", ".css")]
    assert len(files) > 20
    assert [path.name for path in files if BOASTS.search(path.read_text("utf-8"))] == []


def test_sections_stand_in_the_order_they_are_read() -> None:
    """What is worst comes first, what is only for reference last."""
    ids = Page(render_html(build_view(worse()))).ids
    assert ids == [
        "first", "worse", "still-worse", "better", "verified", "targets", "hotspots",
        "bottlenecks", "scaling", "measurements", "unchanged", "machine",
    ]  # fmt: skip


def test_empty_sections_are_in_the_view_but_not_on_the_page() -> None:
    """A section that only later nights can fill exists and is hidden."""
    view = build_view(first_night(SMALL))
    empty = {section.anchor for section in (*view.first, *view.sections) if not section.shown}
    assert {"worse", "suspected", "still-worse", "better", "verified", "unchanged"} <= empty
    assert not empty & set(Page(render_html(view)).ids)


def test_every_change_prints_its_id(text: str) -> None:
    """The ids of what is worse can be copied from the page."""
    facts = worse()
    page = render_html(build_view(facts))
    bad = [row.verdict_id for row in facts.verdicts if row.verdict.value in ("worse", "missed")]
    assert bad
    assert [found for found in bad if found not in page] == []
    assert text


def test_ten_rows_then_the_rest_folded() -> None:
    """The eleventh change is behind a fold that says how many there are."""
    text = render_html(build_view(crowded()))
    assert "<summary>and 30 more</summary>" in text


def test_calls_are_never_guessed() -> None:
    """A sampling profiler cannot count calls, and the page says so instead of a number."""
    text = render_html(build_view(first_night(SMALL)))
    assert "not counted" in text
    assert "times as often" not in text


def test_a_profile_that_was_not_taken_says_why() -> None:
    """A forbidden profiler leaves its reason on the page."""
    facts = first_night(SMALL)
    refused = replace(
        facts.profiles[0],
        status=TrialStatus.ENVIRONMENT_FAILURE,
        message="py-spy may not read process 4242 (ptrace_scope = 1)",
    )
    text = render_html(build_view(replace(facts, profiles=(refused,))))
    assert "py-spy may not read process 4242 (ptrace_scope = 1)" in text


@pytest.mark.parametrize("state", STATES)
def test_the_message_has_at_most_twelve_lines(state: str) -> None:
    """The message for a chat begins with the verdict and stays short."""
    view = build_view(STATES[state]())
    lines = render_markdown(view).splitlines()
    assert len(lines) <= 12
    assert lines[0].startswith(f"**{view.headline.mark.sign} ")
    assert lines[-1] == "Report: index.html"


def test_page_message_and_numbers_agree() -> None:
    """The same sentence stands in all three."""
    view = build_view(worse())
    sentence = view.headline.sentence
    for text in (render_html(view), render_markdown(view), render_json(view)):
        assert sentence in text
