"""Names and messages of strangers stay text wherever they are shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from page_reader import LIMIT_BYTES, Page
from states import error_night, incomplete, worse

from perf_pipeline.model import Fact, canonical_parameters
from perf_pipeline.report.facts import CampaignFacts
from perf_pipeline.report.render import escape, render_html, render_json, render_markdown
from perf_pipeline.report.view import build_view

SCRIPT = "<script>alert('x')</script>\"'><img src=//evil/x onerror=alert(1)>{{ 7*7 }}{% raw %}"
TERMINAL = "\x1b[2J\x1b]0;owned\x07\u202egnp.exe\ud83d\x00"
ENDLESS = "A" * 1_000_000
MARKDOWN = "](javascript:alert(1)) `code` **bold** | cell @everyone"
ALLOWED = ("#", "profiles/", "data:,", "../neurectomy-perf-01-")
HOSTILE = [SCRIPT, TERMINAL, ENDLESS, MARKDOWN]


def poisoned(facts: CampaignFacts, text: str) -> CampaignFacts:
    """The facts with a hostile text in every place that others fill."""
    run = replace(
        facts.start,
        suite=text,
        revision=text,
        campaign_id=text,
        fit=False,
        fit_reason=text,
        machine=replace(facts.start.machine, name=text, cpu_model=text),
        environment=(Fact(text, text),),
        benchmarks=tuple(
            replace(
                record,
                title=text,
                component=text,
                owner=text,
                cases=tuple(
                    replace(case, parameters=canonical_parameters({text: text}))
                    for case in record.cases
                ),
                metrics=tuple(
                    replace(metric, unit=text) if metric.unit == "1" else metric
                    for metric in record.metrics
                ),
            )
            for record in facts.start.benchmarks
        ),
    )
    return replace(
        facts,
        runs=(run,),
        previous=replace(run, environment=(Fact("kernel", text),)),
        loaded=text,
        verdicts=tuple(replace(row, reason=text) for row in facts.verdicts),
        measurements=tuple(replace(row, reason=text) for row in facts.measurements),
        hotspots=tuple(replace(spot, function=text, file=text) for spot in facts.hotspots),
        profiles=tuple(replace(row, profiler=text, artifact=text) for row in facts.profiles),
        artifacts=(text,),
        faults=tuple(
            replace(fault, benchmark=text, message=text, log_tail=text) for fault in facts.faults
        ),
        causes=tuple(
            replace(cause, function=text, file=text, since=text, note=text)
            for cause in facts.causes
        ),
        still_worse=tuple(replace(change, owner=text) for change in facts.still_worse),
        verified=tuple(replace(item, title=text, reason=text) for item in facts.verified),
        bottlenecks=tuple(replace(row, name=text, evidence=text) for row in facts.bottlenecks),
    )


@pytest.mark.parametrize("text", HOSTILE, ids=["script", "terminal", "endless", "markdown"])
@pytest.mark.parametrize("make", [worse, incomplete, error_night])
def test_hostile_text_stays_text(make: Callable[[], CampaignFacts], text: str) -> None:
    """The page stays well formed, small, without scripts and without control characters."""
    html = render_html(build_view(poisoned(make(), text)))
    page = Page(html)
    assert (page.faults, page.open) == ([], [])
    assert not {"script", "img"} & set(page.tags)
    assert all(found.startswith(ALLOWED) for found in page.addresses)
    assert not {"\x1b", "\x00", "\x07", "\u202e"} & set(html)
    assert len(html.encode("utf-8")) < LIMIT_BYTES


@pytest.mark.parametrize("text", HOSTILE, ids=["script", "terminal", "endless", "markdown"])
def test_hostile_text_in_message_and_numbers(text: str) -> None:
    """The message keeps its lines, the numbers stay valid JSON of bounded size."""
    view = build_view(poisoned(incomplete(), text))
    message = render_markdown(view)
    assert len(message.splitlines()) <= 12
    assert len(message) < 8_000
    assert not {"\x1b", "\x00", "\u202e"} & set(message)
    outside_code = re.sub(r"`[^`\n]*`", "", message)
    assert "<script" not in outside_code
    numbers = render_json(view)
    numbers.encode("utf-8")
    assert json.loads(numbers)["verdict"]["form"] == "incomplete"
    assert "\x1b" not in numbers
    assert len(numbers) < 3_000_000


def test_markdown_is_escaped() -> None:
    """No name becomes a link, a mention, bold text or code in a chat."""
    assert escape("a|b `c` **d** <e> [f](g)\nh") == (r"a\|b \`c\` \*\*d\*\* &lt;e&gt; \[f\](g) h")
    assert "@everyone" not in escape("@everyone")


def test_braces_are_not_evaluated() -> None:
    """Text that looks like a template is printed, not run."""
    html = render_html(build_view(poisoned(incomplete(), "{{ 7*7 }}")))
    assert "{{ 7*7 }}" in html


def test_a_text_that_nobody_cleaned_is_cleaned_when_printed() -> None:
    """Whatever a section forgets, the template environment does not let through."""
    view = replace(build_view(worse()), footer=f"{TERMINAL}<b>", context="108 ms")
    html = render_html(view)
    assert "\x1b" not in html
    assert "\u202e" not in html
    assert "&lt;b&gt;" in html
    assert "108\u00a0ms" in html
