"""An A/B that somebody asked for: two revisions, interpreters or sets of requirements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from perf_pipeline.campaign.ab.comparison import RuleFor, Settings, compare, usual_rules
from perf_pipeline.campaign.ab.result import Comparison, MetricResult
from perf_pipeline.campaign.ab.verdict import judged_metric
from perf_pipeline.campaign.arms.environments import read_requirements
from perf_pipeline.campaign.arms.make import (
    ArmPlace,
    interpreter_arms,
    requirement_arms,
    revision_arms,
    with_interpreters,
)
from perf_pipeline.campaign.arms.sides import Side, SideKind, check_pair, same_side
from perf_pipeline.campaign.errors import ArmsError, CampaignError, NoSuchCaseError
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.campaign.said import said
from perf_pipeline.measure.arm import Arms
from perf_pipeline.measure.requires import why_not
from perf_pipeline.model import (
    Case,
    Clock,
    Ground,
    MetricDefinition,
    Subject,
    Verdict,
    VerdictRecord,
    short_hash,
)
from perf_pipeline.report.comparison.facts import (
    ComparedCase,
    ComparedMetric,
    ComparedSide,
    ComparisonFacts,
)
from perf_pipeline.report.comparison.sentence import compared, overall
from perf_pipeline.report.text import shorten
from perf_pipeline.suite.benchmark import Benchmark

CPU_TIME = MetricDefinition("cpu_ns", "ns", clock=Clock.CPU)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be compared, and how closely.

    `python_a` and `python_b` give revisions interpreters of their own. `same` says that equal code
    is what is asked for. `resolve` is a part (0.01 is 1 %), `most_blocks` the cap; None leaves the
    rule its own. `command` is what was typed, for the page.
    """

    a: Side
    b: Side
    python_a: Path | None = None
    python_b: Path | None = None
    same: bool = False
    resolve: float | None = None
    most_blocks: int | None = None
    command: str = ""

    @property
    def rules(self) -> RuleFor:
        """How each metric is judged."""
        return usual_rules(self.resolve, self.most_blocks)

    @property
    def surely_the_same(self) -> bool:
        """Whether both sides are the same before anything is measured."""
        return same_side(self.a, self.b) and self.python_a == self.python_b


def check_asked(asked: Asked) -> None:
    """Refuse what no A/B can answer, before anything is measured.

    Raises:
        CampaignError: The sides are of two kinds, differ although equal code is asked for, or
            interpreters are named beside interpreters.
    """
    check_pair(asked.a, asked.b)
    if asked.same and not asked.surely_the_same:
        raise CampaignError(
            f"{asked.a.label} and {asked.b.label} are not the same.",
            why="--aa compares one side with itself.",
            kept="Nothing was measured.",
            todo=f"Leave out one of them: perf-pipeline compare {asked.a.asked} --aa",
        )
    if (asked.python_a or asked.python_b) and not asked.a.kind.is_code:
        raise CampaignError(
            "--python-a and --python-b stand beside revisions.",
            why=f"{asked.a.asked} names a {asked.a.kind.value}.",
            kept="Nothing was measured.",
        )


class Listener(Protocol):
    """Who hears how far it is."""

    def begins(self, name: str, number: int, of: int) -> None:
        """A case is compared now."""

    def tell(self, line: str) -> None:
        """What it waits for."""

    def watch(self, blocks: int, results: Sequence[MetricResult]) -> None:
        """A block has ended; the results are those of the last look."""

    def ended(self, case: ComparedCase) -> None:
        """What it came to."""


def compare_sides(campaign: Campaign, asked: Asked, listener: Listener) -> ComparisonFacts:
    """Compare every case the campaign promises, one after the other; each is landed at once.

    Stopped by Ctrl-C it keeps what has been compared so far and says what is left.

    Raises:
        ArmsError: The sides cannot be built at all: two benchmarks failed on it alike.
    """
    planned = [*_planned(campaign)]
    found: list[ComparedCase] = []
    stopped = False
    try:
        for one in _compared_cases(campaign, asked, planned, listener):
            _land(campaign, asked, one)
            found.append(one)
    except KeyboardInterrupt:
        stopped = True
    facts = _facts(campaign, asked, found, planned[len(found) :], stopped=stopped)
    _conclude(campaign, facts)
    return facts


def _compared_cases(
    campaign: Campaign, asked: Asked, planned: list[tuple[str, Case]], listener: Listener
) -> Iterator[ComparedCase]:
    refusals: dict[str, str] = {}
    for number, (name, case) in enumerate(planned, 1):
        blank = ComparedCase(name, case, short_hash(campaign.campaign_id, case.case_id))
        if asked.surely_the_same and not asked.same:
            why = f"both sides are the same: {asked.a.label}"
            yield replace(blank, refusal=why, same_code=True)
            continue
        listener.begins(f"{name} {case.label}".strip(), number, len(planned))
        one = _compare_case(campaign, asked, blank, listener, refusals)
        yield one
        listener.ended(one)


def _planned(campaign: Campaign) -> Iterator[tuple[str, Case]]:
    """The cases of the campaign's budget, in its order; a benchmark with a fault is one case."""
    whole = Case("", "", "{}")
    for record in campaign.record.benchmarks:
        cases = [case for case in record.cases if case.in_budget and not record.fault]
        for case in cases or [whole] * bool(record.fault):
            yield record.name, case


def _compare_case(
    campaign: Campaign,
    asked: Asked,
    blank: ComparedCase,
    listener: Listener,
    refusals: dict[str, str],
) -> ComparedCase:
    name, case = blank.benchmark, blank.case
    benchmark = campaign.find(name)
    if benchmark is None:
        fault = campaign.find_record(name).fault
        return replace(blank, refusal=f"it cannot be read: {fault}", failed=True)
    missing = why_not(benchmark)
    if missing:
        return replace(blank, refusal=missing, failed=True)
    try:
        arms = _arms(campaign, asked, benchmark, case, listener)
    except ArmsError as error:
        if refusals.setdefault(error.what, name) != name:
            raise
        return replace(blank, refusal=error.what, failed=not isinstance(error, NoSuchCaseError))
    settings = Settings(campaign.context, blank.comparison_id)
    arms = replace(arms, same_asked=asked.same)
    listener.watch(0, ())
    result = compare(arms, asked.rules, settings, watch=listener.watch)
    return _compared(blank, arms, result, campaign.find_record(name).threshold_percent)


def _arms(
    campaign: Campaign, asked: Asked, benchmark: Benchmark, case: Case, listener: Listener
) -> Arms:
    a, b = asked.a, asked.b
    place = ArmPlace(campaign.home, campaign.suite, listener.tell)
    if a.kind.is_code:
        arms = revision_arms(place, benchmark.name, case.case_id, a.commit, b.commit)
        arms = replace(arms, a=replace(arms.a, label=a.label), b=replace(arms.b, label=b.label))
    elif a.path is None or b.path is None:
        raise ArmsError("no second arm: a path is missing")
    elif a.kind is SideKind.INTERPRETER:
        return interpreter_arms(benchmark, case, a.path, b.path)
    else:
        lists = read_requirements(a.path), read_requirements(b.path)
        return requirement_arms(place, benchmark, case, *lists)
    return with_interpreters(arms, asked.python_a, asked.python_b)


def _compared(
    blank: ComparedCase, arms: Arms, result: Comparison, threshold_percent: float
) -> ComparedCase:
    judged = (judged_metric(one, result.output, threshold_percent) for one in result.results)
    metrics = tuple(
        replace(row, verdict_id=short_hash(blank.comparison_id, row.metric.name)) for row in judged
    )
    return replace(
        blank,
        metrics=() if result.refusal else metrics,
        blocks=result.blocks,
        refusal=result.refusal,
        failed=bool(result.refusal) and not result.same_code,
        note=result.note,
        same_code=result.same_code,
        output=result.output.value,
        aslr=result.aslr,
        duration_s=result.duration_s,
        differences=arms.differences,
        fingerprint=result.fingerprint_b,
    )


def _land(campaign: Campaign, asked: Asked, one: ComparedCase) -> None:
    if one.blocks:
        campaign.store.land_blocks(one.blocks)
    verdicts = [_record(campaign, asked, one, row) for row in one.metrics]
    if one.blocks or one.failed:
        verdicts += _refused(campaign, asked, one)
    if verdicts:
        campaign.store.land_verdicts(verdicts)


def _record(
    campaign: Campaign, asked: Asked, one: ComparedCase, row: ComparedMetric
) -> VerdictRecord:
    """A verdict as it lands; one on equal code is a control, and no change."""
    subject = Subject.CONTROL if asked.same else Subject.CHANGE
    return replace(
        _about(campaign, asked, one, said(campaign, subject, row.verdict, row.reason)),
        verdict_id=row.verdict_id,
        metric=row.metric.name,
        unit=row.metric.unit,
        ground=Ground.AB,
        before=row.before,
        after=row.after,
        change_percent=row.change_percent,
        low_percent=row.low_percent,
        high_percent=row.high_percent,
        detectable_percent=row.detectable_percent,
        severe=row.severe,
        n=row.blocks,
        p_value=row.p_value,
    )


def _refused(campaign: Campaign, asked: Asked, one: ComparedCase) -> list[VerdictRecord]:
    """That nothing can be said, for every judged metric; none where there is a verdict."""
    if not one.refusal:
        return []
    judged = [row for row in campaign.find_record(one.benchmark).metrics if row.judged]
    rows = (
        ComparedMetric(
            metric,
            Verdict.NOT_COMPARABLE,
            one.refusal,
            verdict_id=short_hash(one.comparison_id, metric.name),
        )
        for metric in judged
    )
    return [_record(campaign, asked, one, row) for row in rows]


def _about(
    campaign: Campaign, asked: Asked, one: ComparedCase, verdict: VerdictRecord
) -> VerdictRecord:
    differs = "; ".join(one.differences)
    sides = f"{asked.a.label} against {asked.b.label}"
    return replace(
        verdict,
        benchmark=one.benchmark,
        component=campaign.find_record(one.benchmark).component,
        case_id=one.case.case_id,
        case_key=one.case.case_key,
        reference=asked.a.label,
        comparison=one.comparison_id,
        cause=f"{sides}: {differs}" if differs else sides,
        fingerprint=one.fingerprint,
    )


def _facts(
    campaign: Campaign,
    asked: Asked,
    found: list[ComparedCase],
    left: list[tuple[str, Case]],
    *,
    stopped: bool,
) -> ComparisonFacts:
    rule = asked.rules(CPU_TIME)
    return ComparisonFacts(
        run=campaign.record,
        written_at=datetime.now(UTC),
        a=_side(asked.a, asked.python_a),
        b=_side(asked.b, asked.python_b),
        cases=tuple(found),
        left=tuple(f"{name} {case.label}".strip() for name, case in left),
        stopped=stopped,
        same_asked=asked.same,
        command=asked.command,
        alpha=rule.alpha,
        resolve_percent=None if asked.resolve is None else 100 * asked.resolve,
        most_blocks=rule.most_blocks,
    )


def _side(side: Side, python: Path | None) -> ComparedSide:
    label = f"{side.label}, {python}" if python else side.label
    return ComparedSide(side.asked, side.kind.value, shorten(label))


def _conclude(campaign: Campaign, facts: ComparisonFacts) -> None:
    """Land the verdict on the whole and publish; a busy warehouse takes it with the next load."""
    verdict = said(campaign, Subject.CAMPAIGN, overall(facts), compared(facts).sentence)
    campaign.store.land_verdicts([verdict])
    campaign.store.load()
