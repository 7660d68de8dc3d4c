"""The page is one well-formed, self-contained, small file that says nothing it cannot know."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from crowd import crowded
from page_reader import LIMIT_BYTES, Page
from report_suite import RATIO, SMALL
from states import STATES, contended, first_night, moved, nothing_worse, with_verdicts, worse

import perf_pipeline.report
from perf_pipeline.model import Direction, MetricKind, State, TrialStatus, Verdict
from perf_pipeline.report.index import Index
from perf_pipeline.report.percentiles import lacking
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
    allowed = ("#", "profiles/", "data:,", "../neurectomy-perf-01-")
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
        "bottlenecks", "scaling", "measurements", "unchanged", "trust", "machine",
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


def test_every_id_is_labelled(text: str) -> None:
    """No row and no card shows bare digits: what they are the id of stands before them."""
    labels = ("change", "target", "case", "hotspot", "profile", "failure", "finding")
    before = "".join(f"(?<!{label} )" for label in (*labels, "roadmap item"))
    bare = re.findall(f"{before}<code>(?!perf-pipeline)", text)
    assert bare == []
    assert "<code>" in text


def test_the_campaign_before_is_linked() -> None:
    """Its report is one click away where it exists, and not spoken of where it does not."""
    text = render_html(build_view(worse()))
    link = '<a href="../neurectomy-perf-01-2026-11-18-1/index.html">before: 2026-11-18-1</a>'
    assert link in text
    assert "before: " not in render_html(build_view(replace(worse(), previous_report="")))


def test_memory_has_a_scale() -> None:
    """Most, zero, begin and end stand at the chart; first, last and most below it, with units."""
    text = render_html(build_view(worse()))
    chart = text[text.index("<figure>") : text.index("</figure>")]
    for label in ("164 MiB</text>", "0 B</text>", "0.0 s</text>", "19.8 s</text>"):
        assert f">{label}" in chart
    assert "memory over 19.8 s, first 49.2 MiB, last 164 MiB, most 164 MiB" in chart.replace(
        "\u00a0", " "
    )


def test_exact_figures_keep_all_their_digits() -> None:
    """Every difference of them counts, so that no digit may be rounded away."""
    text = render_html(build_view(contended()))
    assert text.count("1,234,567 bytes") == 4
    assert "1.18 MiB" not in text


def test_an_exact_change_is_shown_exactly() -> None:
    """A hash that differs in its last digit differs on the page, and has no percentage."""
    facts = nothing_worse(SMALL)
    metric = replace(RATIO, kind=MetricKind.EXACT, direction=Direction.NONE)
    rows = tuple(
        replace(row, metric=metric) if row.metric.name == metric.name else row
        for row in facts.measurements
    )
    held = next(row for row in rows if row.metric is metric)
    hashed = replace(
        moved(facts, held.benchmark, "cpu_ns", 1e-8, 0),
        metric=metric.name, before=4_294_967_296.0, after=4_294_967_297.0,
        verdict=Verdict.INCONCLUSIVE, state=State.SUSPECTED,
    )  # fmt: skip
    run = replace(facts.start, benchmarks=())
    changed = with_verdicts(replace(facts, runs=(run,), measurements=rows), hashed)
    text = render_html(build_view(changed))
    assert "4,294,967,296</td>" in text
    assert "4,294,967,297</td>" in text
    assert "differs</td>" in text


def test_what_percentiles_lack_is_said_once() -> None:
    """In one sentence with where the budget gave less, not in every row."""
    text = render_html(build_view(contended())).replace("\u00a0", " ")
    said = (
        "p99 needs 5 trials with 299 observations each; "
        "budget quick gives fewer observations in StorageReadMicro, AgentTaskMicro."
    )
    assert text.count(said) == 1
    assert text.count("needs 299 in each") == 0
    assert text.count("one run, no interval") == 4
    assert "p99" not in render_html(build_view(first_night())).replace("_p99_", "")


def test_percentiles_of_few_trials_name_the_trials() -> None:
    """Where a budget takes fewer trials than an interval needs, the sentence says of what."""
    facts = contended()
    rows = tuple(
        replace(row, trials=3 if row.benchmark == "AgentTaskMicro" else 5)
        for row in facts.measurements
    )
    assert lacking(Index(replace(facts, measurements=rows))).endswith(
        "budget quick takes 3 trials of AgentTaskMicro "
        "and gives fewer observations in StorageReadMicro."
    )
    assert lacking(Index(first_night())) == ""


def test_contended_has_one_word() -> None:
    """What the glossary calls contended and inconclusive is called so, and explained once."""
    text = render_html(build_view(contended()))
    assert "shared the processor" not in text
    assert "annot tell" not in text
    assert "<summary>Inconclusive (" in text
    assert text.count("Contended: in more than half of a case&#39;s trials") == 1
    assert "Contended:" not in render_html(build_view(first_night()))


def test_page_message_and_numbers_agree() -> None:
    """The same sentence stands in all three."""
    view = build_view(worse())
    sentence = view.headline.sentence
    for text in (render_html(view), render_markdown(view), render_json(view)):
        assert sentence in text
