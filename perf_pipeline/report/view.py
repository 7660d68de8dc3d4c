"""The whole report as finished text, in the order in which it is read."""

from __future__ import annotations

from dataclasses import dataclass

from perf_pipeline.model import RunRecord, Subject
from perf_pipeline.report.data import ReportData, report_data
from perf_pipeline.report.facts import CampaignFacts
from perf_pipeline.report.index import Index
from perf_pipeline.report.page import Card, Link, Section
from perf_pipeline.report.sections.answers import answered
from perf_pipeline.report.sections.cards import do_first
from perf_pipeline.report.sections.changes import (
    got_better,
    got_worse,
    mended,
    still_worse,
    suspected,
)
from perf_pipeline.report.sections.findings import bottlenecks, scaling, verified
from perf_pipeline.report.sections.hotspots import hotspots
from perf_pipeline.report.sections.machine import machine
from perf_pipeline.report.sections.measured import measured
from perf_pipeline.report.sections.own_errors import own_errors
from perf_pipeline.report.sections.targets import targets
from perf_pipeline.report.sections.unchanged import unchanged
from perf_pipeline.report.sections.unjudged import unjudged
from perf_pipeline.report.sentence import Headline, headline
from perf_pipeline.report.tally import Tally, tally
from perf_pipeline.report.text import count, shorten
from perf_pipeline.report.trust import Trust, trust


@dataclass(frozen=True, slots=True)
class ReportView:
    """What a template needs, and the numbers behind it.

    `first` are the sections of the first screen, `sections` those below it, both in their order
    and whole: the template leaves out what has nothing to show.
    """

    title: str
    context: str
    previous: Link | None
    headline: Headline
    trust: Trust
    notices: tuple[str, ...]
    cards: tuple[Card, ...]
    first: tuple[Section, ...]
    sections: tuple[Section, ...]
    footer: str
    data: ReportData

    @property
    def below(self) -> tuple[Link, ...]:
        """What is further down, for those who read only the first screen."""
        return tuple(
            Link(_with_size(section), f"#{section.anchor}")
            for section in self.sections
            if section.shown
        )


def build_view(facts: CampaignFacts) -> ReportView:
    """Everything that is said of a campaign."""
    index = Index(facts)
    counts = tally(index)
    said = headline(facts), trust(index, counts)
    cards = do_first(index, counts)
    run = facts.start
    return ReportView(
        title=f"{shorten(run.suite)}, night of {run.night.isoformat()}",
        context=_context(facts),
        previous=_previous(facts),
        headline=said[0],
        trust=said[1],
        notices=_notices(facts),
        cards=cards,
        first=(got_worse(index), suspected(index)),
        sections=_sections(index, counts),
        footer=_footer(facts),
        data=report_data(index, counts, said, cards),
    )


def _sections(index: Index, counts: Tally) -> tuple[Section, ...]:
    return (
        still_worse(index),
        got_better(index),
        mended(index),
        answered(index),
        verified(index),
        targets(index),
        hotspots(index),
        bottlenecks(index),
        scaling(index),
        unjudged(index, counts),
        measured(index),
        unchanged(index),
        own_errors(index),
        machine(index),
    )


def _with_size(section: Section) -> str:
    return f"{section.title} ({section.size:,})" if section.size else section.title


def _context(facts: CampaignFacts) -> str:
    """The grey line: suite, revision, machine, night."""
    run = facts.start
    parts = (
        shorten(run.suite),
        _revision(run, facts.commits),
        shorten(run.machine.name),
        f"night of {run.night.isoformat()}",
        f"budget {shorten(run.budget)}",
    )
    return " · ".join(parts)


def _previous(facts: CampaignFacts) -> Link | None:
    """The report of the campaign before, named by its night and number."""
    if not facts.previous or not facts.previous_report:
        return None
    run = facts.previous
    return Link(f"before: {run.night.isoformat()}-{run.number}", facts.previous_report)


def _revision(run: RunRecord, commits: int | None) -> str:
    said = [
        "uncommitted changes" if run.uncommitted else "",
        f"{count(commits, 'commit')} since the last campaign" if commits is not None else "",
    ]
    known = ", ".join(part for part in said if part)
    revision = shorten(run.revision, 60) or "no revision"
    revision = revision[:7] if len(revision) == 40 and revision.isalnum() else revision
    return f"{revision} ({known})" if known else revision


def _notices(facts: CampaignFacts) -> tuple[str, ...]:
    """What a reader must know before anything else."""
    whole = [
        f"The night as a whole: {shorten(row.reason, 300)}"
        for row in facts.verdicts
        if row.subject is Subject.FINDING and not row.benchmark
    ]
    return (*whole, *([shorten(facts.loaded, 300)] if facts.loaded else ()))


def _footer(facts: CampaignFacts) -> str:
    written = facts.written_at.strftime("%Y-%m-%d %H:%M %Z").strip()
    return f"Campaign {shorten(facts.start.campaign_id)}, written {written}. Numbers: report.json."
