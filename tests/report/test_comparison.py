"""The page, the sentence and the numbers of an A/B that somebody asked for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from comparison_states import (
    COMPARISONS,
    compared,
    facts_of,
    mixed,
    other_results,
    quiet,
    refused,
    same_asked,
    same_code,
    stopped,
)
from page_reader import LIMIT_BYTES, Page
from report_suite import SUITE, cases_of

from perf_pipeline.model import Case, Verdict
from perf_pipeline.report.comparison.data import document, render_json
from perf_pipeline.report.comparison.facts import ComparisonFacts
from perf_pipeline.report.comparison.files import render_html, write_comparison
from perf_pipeline.report.comparison.rows import note_text, seen_text, summary, verdict_text
from perf_pipeline.report.comparison.sentence import compared as said
from perf_pipeline.report.comparison.sentence import overall
from perf_pipeline.report.comparison.view import build_view
from perf_pipeline.report.sentence import Form, Mark

AGAINST = "Working tree against 4f2c9ab (main):"
CASE = cases_of(SUITE[0])[0]


def page(facts: ComparisonFacts) -> str:
    """The page's text."""
    return render_html(build_view(facts))


@pytest.fixture(params=COMPARISONS)
def make(request: pytest.FixtureRequest) -> Callable[[], ComparisonFacts]:
    """Every state in turn."""
    return COMPARISONS[request.param]


@pytest.mark.parametrize(
    ("make_one", "form", "mark", "sentence"),
    [
        (
            mixed, Form.WORSE, Mark.WORSE,
            f"{AGAINST} 1 benchmark got slower, 1 is inconclusive, 7 are not comparable.",
        ),
        (quiet, Form.NOTHING_WORSE, Mark.GOOD, f"{AGAINST} 1 benchmark is unchanged."),
        (
            same_code, Form.NOT_COMPARABLE, Mark.NEUTRAL,
            "Not comparable: both arms ran the same code.",
        ),
        (
            stopped, Form.INCOMPLETE, Mark.WORSE,
            f"Stopped: 20 cases not compared. {AGAINST} 1 benchmark got slower.",
        ),
        (
            other_results, Form.NOT_JUDGED, Mark.NEUTRAL,
            f"{AGAINST} 1 benchmark is inconclusive.",
        ),
    ],
)  # fmt: skip
def test_the_sentence_of_every_state(
    make_one: Callable[[], ComparisonFacts], form: Form, mark: Mark, sentence: str
) -> None:
    """A benchmark counts once, as the worst that is said of it."""
    found = said(make_one())
    assert (found.form, found.mark, found.sentence) == (form, mark, sentence)


def test_equal_code_on_purpose_says_what_would_have_been_seen() -> None:
    """The largest of the smallest: every case would have shown that much."""
    facts = same_asked()
    most = max(case.metrics[0].detectable_percent or 0.0 for case in facts.cases)
    assert said(facts).sentence == (
        "4f2c9ab (main) against itself: no difference found in 4 cases. "
        f"CPU time higher or lower by {most:.1f}% would have been seen in each."
    )


def test_a_difference_between_equal_codes_is_called_a_false_alarm() -> None:
    """On the page, in the table and in the sentence; never worse."""
    facts = replace(same_asked(), cases=(compared("InferenceTTFT", CASE, 0.08),))
    assert "1 difference found" in said(facts).sentence
    assert "false alarm" in said(facts).sentence
    text = page(facts)
    assert "<h2>False alarms" in text
    assert "<h2>Worse" not in text
    row = facts.cases[0].metrics[0]
    assert (verdict_text(row, same_asked=True), verdict_text(row)) == ("false alarm", "worse")


def test_better_counts_only_where_nothing_of_the_benchmark_is_open() -> None:
    """One case faster, another not decided: the benchmark is not said to be faster."""
    fast = compared("InferenceTTFT", CASE, -0.2)
    assert overall(facts_of(fast)) is Verdict.BETTER
    openly = compared("InferenceTTFT", cases_of(SUITE[0])[1], 0.012, spread=0.03)
    assert overall(facts_of(fast, openly)) is Verdict.INCONCLUSIVE
    gone = refused("Other", CASE, "both arms ran the same code")
    assert overall(facts_of(fast, gone)) is Verdict.BETTER
    assert overall(facts_of()) is Verdict.NOT_MEASURED


def test_a_page_is_well_formed_small_and_loads_nothing(
    make: Callable[[], ComparisonFacts],
) -> None:
    """As the report."""
    text = page(make())
    found = Page(text)
    assert (found.faults, found.open) == ([], [])
    assert [name for name, number in Counter(found.ids).items() if number > 1] == []
    assert not {"script", "iframe", "object", "form"} & set(found.tags)
    assert [one for one in found.addresses if not one.startswith(("#", "data:,"))] == []
    assert len(text.encode()) < LIMIT_BYTES


def test_a_large_comparison_stays_small() -> None:
    """Two hundred cases of sixty blocks: what does not fit is in the numbers."""
    one = compared("Benchmark", CASE, 0.1, blocks=60)
    cases = [
        replace(one, benchmark=f"Benchmark{number}", comparison_id=f"{number:012}")
        for number in range(200)
    ]
    assert len(page(facts_of(*cases)).encode()) < LIMIT_BYTES


def test_the_page_stands_in_the_order_it_is_read() -> None:
    """Worst first, the machine last; what has nothing to show is not there."""
    assert Page(page(mixed())).ids == [
        "worse", "better", "inconclusive", "unchanged", "not-compared", "differences", "method",
    ]  # fmt: skip
    assert Page(page(same_code())).ids == ["not-compared", "method"]


def test_other_results_are_told_before_anything_else() -> None:
    """Whoever is fast because the work is left out finds that above the table."""
    text = page(other_results())
    assert "Both arms returned different results in InferenceTTFT" in text
    assert "better proves nothing" in note_text(other_results().cases[0].metrics[0])


def test_what_failed_is_told_before_anything_else() -> None:
    """A failing arm is no quiet row."""
    assert 'class="notice"' in page(mixed())
    assert "ScalingTest could not be compared: arm B failed" in build_view(mixed()).notices[0]
    assert build_view(same_code()).notices == ()


def test_rows_say_what_would_have_shown() -> None:
    """For what is unchanged or open; what did show needs no such word."""
    worse, still = (one.metrics[0] for one in (mixed().cases[0], mixed().cases[3]))
    openly = mixed().cases[4].metrics[0]
    assert (worse.verdict, seen_text(worse)) == (Verdict.WORSE, "")
    assert (still.verdict, seen_text(still)[-1]) == (Verdict.UNCHANGED, "%")
    assert openly.verdict is Verdict.INCONCLUSIVE
    assert "would decide: --blocks" in note_text(openly)


def test_a_line_for_every_finished_case() -> None:
    """What moved or is open by name, the rest counted."""
    found = [summary(case) for case in mixed().cases]
    assert found[0].startswith("CPU time worse +9.0% (")
    assert found[0].endswith("; 2 unchanged; 16 blocks, 1.9 s")
    assert found[4].startswith("CPU time inconclusive ")
    assert found[-1] == "not compared: arm B failed: in setup: KeyError: 'size'"


def test_the_numbers_are_strict_json_of_the_documented_shape(
    make: Callable[[], ComparisonFacts],
) -> None:
    """Every field is named on the page about the command line."""
    facts = make()
    found = json.loads(render_json(facts), parse_constant=pytest.fail)
    assert found == document(facts)
    manual = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")
    section = manual.partition("## perf-pipeline compare")[2].partition("\n## ")[0]
    names = {*found, *found["a"]}
    for case in found["comparisons"]:
        names |= {*case, *(name for row in case["metrics"] for name in row)}
    assert [name for name in sorted(names) if f"`{name}`" not in section] == []
    assert len(found["comparisons"]) == len(facts.cases)
    assert found["sentence"] == said(facts).sentence


def test_what_is_no_number_is_null() -> None:
    """A value that never was finite."""
    facts = quiet()
    odd = replace(facts.cases[0].metrics[0], before=float("nan"), high_percent=float("inf"))
    facts = replace(facts, cases=(replace(facts.cases[0], metrics=(odd,)),))
    row = json.loads(render_json(facts))["comparisons"][0]["metrics"][0]
    assert (row["a"], row["high_percent"]) == (None, None)
    assert "nan" not in page(facts)


def test_names_from_strangers_are_harmless() -> None:
    """Markup, terminal escapes and text that runs backwards stand as text, or not at all."""
    nasty = "<script>alert(1)</script>\x1b[31m\u202e"
    label = replace(mixed().a, label=nasty)
    case = Case("c", "k", json.dumps({"p": nasty}))
    facts = facts_of(compared(nasty, case, 0.2), refused(nasty, case, nasty, same_code=False))
    facts = replace(facts, a=label, command=nasty)
    text = page(facts)
    assert "<script" not in text
    assert not {"\x1b", "\u202e"} & {*text, *render_json(facts)}


def test_page_and_numbers_lie_side_by_side(tmp_path: Path) -> None:
    """And the page is no `index.html`: the newest report is still the night's."""
    written = write_comparison(mixed(), tmp_path / "one")
    assert written.name == "compare.html"
    names = {path.name for path in (tmp_path / "one").iterdir()}
    assert names == {"compare.html", "compare.json"}
