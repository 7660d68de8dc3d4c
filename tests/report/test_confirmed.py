"""What the page says of confirmed changes, findings, answers, and of our own errors."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from page_reader import Page
from report_suite import SMALL
from states import confirmed, first_night, nothing_worse, worse

from perf_pipeline.model import Ground, SameCode, Subject, Verdict
from perf_pipeline.report import commands
from perf_pipeline.report.facts import CampaignFacts
from perf_pipeline.report.index import Index
from perf_pipeline.report.page import Section
from perf_pipeline.report.render import render_html, render_json, render_markdown
from perf_pipeline.report.sentence import Form, Mark, headline
from perf_pipeline.report.tally import Outcome, tally
from perf_pipeline.report.view import build_view


def section(facts: CampaignFacts, anchor: str) -> Section:
    """One section of the page."""
    view = build_view(facts)
    return next(one for one in (*view.first, *view.sections) if one.anchor == anchor)


def text_of(part: Section) -> str:
    """Everything that stands in the cells of a section's first table."""
    tables = [one for one in part.parts if one.kind == "table"]
    cells = [cell for row in tables[0].rows for cell in row.cells]
    return " | ".join(f"{cell.text} {cell.note}" for cell in cells)


def test_sections_of_a_confirmed_night_stand_in_their_order() -> None:
    """Worse, still worse, what became of others, what people said; trust near the end."""
    ids = Page(render_html(build_view(confirmed()))).ids
    assert ids == [
        "first", "worse", "still-worse", "mended", "answered", "targets", "hotspots",
        "not-judged", "measurements", "unchanged", "trust", "machine",
    ]  # fmt: skip


def test_findings_lead_the_headline_only_where_they_group_something() -> None:
    """Of single cases the benchmarks are counted, as ever."""
    facts = confirmed()
    assert headline(facts).sentence.startswith("2 findings: InferenceTTFT got slower, and 5 cases")
    alone = tuple(
        replace(row, finding_id="") if row.benchmark == "InferenceTTFT" else row
        for row in facts.verdicts
        if row.subject is not Subject.FINDING
    )
    told = headline(replace(facts, verdicts=alone)).sentence
    assert told.startswith("2 benchmarks got slower, 1 uses more memory. 1 is still worse")


def test_a_finding_has_one_card_with_its_own_id_and_command() -> None:
    """Six rows, one cause, one thing to do; verified by comparing both revisions."""
    cards = build_view(confirmed()).cards
    card = next(one for one in cards if one.benchmark == "InferenceTTFT")
    assert (card.what, card.row_id) == ("finding", "f1d1f1d1f1d1")
    assert card.title == "CPU time, and 5 cases like it"
    assert "4f0c2d1..9a8b7c6: ryot/decoder.py, ryot/cache.py" in card.why
    assert card.command == (
        "perf-pipeline compare 4f0c2d1 9a8b7c6 --suite neurectomy --only InferenceTTFT"
    )
    assert [one.benchmark for one in cards].count("TokenThroughput") == 0


def test_every_row_prints_its_id_and_its_commands() -> None:
    """The id is the one that `changes accept` takes."""
    text = render_html(build_view(confirmed()))
    for row in confirmed().verdicts:
        if row.subject is Subject.CHANGE and row.verdict is Verdict.WORSE:
            assert f"change <code>{row.change_id}</code>" in text
            for word in ("accept", "dispute"):
                assert f"changes {word} {row.change_id} --suite neurectomy" in text


@pytest.mark.parametrize(
    ("cause", "sides"),
    [
        ("4f0c2d1..9a8b7c6: work.py", "4f0c2d1 9a8b7c6"),
        ("4f0c2d1..9a8b7c6+uncommitted: work.py", "4f0c2d1 ."),
        ("zstandard 0.24 → 0.25", ""),
        ("", ""),
    ],
)
def test_the_compare_command_needs_both_revisions(cause: str, sides: str) -> None:
    """What is not known is not offered."""
    facts = confirmed()
    row = replace(facts.verdicts[0], benchmark="Work", cause=cause)
    expected = (f"perf-pipeline compare {sides} --suite neurectomy --only Work",) if sides else ()
    assert commands.compare_again(facts, row) == expected


def test_what_is_known_to_be_worse_is_not_news() -> None:
    """It is counted apart, listed apart, and keeps the night from green."""
    facts = confirmed()
    counts = tally(Index(facts))
    assert counts.names(Outcome.STILL_WORSE) == ("CompressionMicro",)
    assert "CompressionMicro" not in text_of(section(facts, "worse"))
    still = text_of(section(facts, "still-worse"))
    assert "6 nights" in still
    assert "accepted by Ada: the new index is worth it" in still
    assert "not tested tonight: worse since 2026-11-12, the code changed" in still


def test_a_night_with_nothing_new_says_what_still_stands() -> None:
    """Neither green nor news."""
    facts = confirmed()
    known = {one.verdict.verdict_id for one in facts.still_worse}
    quiet = tuple(
        row if row.verdict_id in known or row.verdict is not Verdict.WORSE
        else replace(row, verdict=Verdict.UNCHANGED)
        for row in facts.verdicts
        if row.subject is not Subject.FINDING
    )  # fmt: skip
    found = headline(replace(facts, verdicts=quiet))
    assert (found.form, found.mark) == (Form.STILL_WORSE, Mark.WORSE)
    assert found.sentence.startswith("Nothing new got worse. 1 benchmark is still worse, ")


def test_answers_stand_in_one_table_with_their_reasons() -> None:
    """Who, why and when; a finding's answer counts for its changes."""
    facts = confirmed()
    told = text_of(section(facts, "answered"))
    assert "disputed by Ada" in told
    assert "the disk was full that night" in told
    assert section(nothing_worse(SMALL), "answered").parts == ()
    event = replace(facts.events[0], subject_id="f1d1f1d1f1d1", reason="all of it is wanted")
    answered = section(replace(facts, events=(event,)), "answered")
    assert answered.size == 6
    assert "all of it is wanted" in text_of(section(replace(facts, events=(event,)), "worse"))


def test_what_was_fixed_is_said_once() -> None:
    """Unchanged against the reference, and worse before."""
    mended = text_of(section(confirmed(), "mended"))
    assert "AgentTaskMicro" in mended
    assert "worse on 2026-11-17" in mended


def test_own_false_alarms_are_published_with_their_exact_limit() -> None:
    """Screen and A/B apart, in the line below the verdict and as a table."""
    view = build_view(confirmed())
    assert (
        "Equal code called different so far: A/B 0 of 1,240 (at most 2.4 per 1,000), "
        "screen 2 of 5,300 (at most 1.2 per 1,000)."
    ) in view.trust.sentence
    told = text_of(section(confirmed(), "trust"))
    assert re.search(r"A/B .*1,240 .*0 .*at most 2.4 per 1,000 .*31 .*1 ", told)


def test_nothing_is_said_of_errors_that_were_never_looked_for() -> None:
    """No comparison is not the same as no alarm."""
    never = (SameCode(Ground.AB, 0, 0, 0, 0, 1.0, alerts=3),)
    facts = replace(nothing_worse(SMALL), same_code=never)
    assert "Equal code" not in build_view(facts).trust.sentence
    assert "Equal code" not in render_html(build_view(facts))


def test_what_could_have_been_seen_is_told_by_rule() -> None:
    """Targets, screen and A/B each; on a first night only the targets speak."""
    told = text_of(section(nothing_worse(), "trust"))
    assert told.startswith("screen ")
    assert "target " in told
    assert text_of(section(first_night(), "trust")).startswith("target ")
    facts = confirmed()
    tested = tuple(
        replace(row, ground=Ground.AB, detectable_percent=0.9)
        if row.verdict is Verdict.UNCHANGED and row.metric == "cpu_ns" else row
        for row in facts.verdicts
    )  # fmt: skip
    tables = section(replace(facts, verdicts=tested), "trust").parts
    rows = [row for part in tables if part.kind == "table" for row in part.rows]
    assert any([cell.text for cell in row.cells][2:] == ["0.9%", "0.9%"] for row in rows)


def test_what_the_time_did_not_reach_is_named() -> None:
    """Planned, with its reason and cost."""
    text = render_html(build_view(confirmed()))
    assert "Planned, not reached" in text
    assert "the same code, compared with itself" in text


def test_the_night_as_a_whole_stands_above_everything() -> None:
    """A finding of no single benchmark is a notice."""
    facts = confirmed()
    finding = next(row for row in facts.verdicts if row.subject is Subject.FINDING)
    whole = replace(finding, verdict_id="w", finding_id="w", benchmark="", reason="slower by 4%")
    view = build_view(replace(facts, verdicts=(*facts.verdicts, whole)))
    assert view.notices == ("The night as a whole: slower by 4%",)
    assert "2 findings" in view.headline.sentence


def test_intervals_are_named_by_what_they_count() -> None:
    """An A/B's counts every look, the screen's is the usual one."""
    assert "Change (99.9% interval)" in render_html(build_view(worse()))
    first = section(confirmed(), "worse").parts[0]
    assert first.kind == "table"
    assert first.columns[4].title == "Change (99.9% interval)"


def test_numbers_hold_findings_answers_and_errors() -> None:
    """What the page says can be asked of report.json, too."""
    found = json.loads(render_json(build_view(confirmed())))
    assert [row["finding_id"] for row in found["findings"]] == ["f1d1f1d1f1d1", "f2d2f2d2f2d2"]
    assert found["verdict"]["still_worse"] == 1
    assert {row["author"] for row in found["answers"]} == {"Ada"}
    assert [row["compared"] for row in found["same_code"]] == [1240, 5300]
    assert "3 more (" not in render_markdown(build_view(confirmed()))
    assert "- and 3 more\n" in render_markdown(build_view(confirmed()))
