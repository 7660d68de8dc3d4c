"""Everything a report needs of a campaign, read from the store."""

from __future__ import annotations

from datetime import UTC, datetime

from perf_pipeline.analysis.control import control_estimate
from perf_pipeline.analysis.hotspots import rank
from perf_pipeline.analysis.measurement import summarise
from perf_pipeline.campaign.attempts import standing_attempt
from perf_pipeline.campaign.changes.planned import not_reached
from perf_pipeline.campaign.control import COMPARISON
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.campaign.past import past_of, previous_campaign
from perf_pipeline.campaign.revision import commits_between
from perf_pipeline.campaign.still_open import said_of, same_code, still_worse
from perf_pipeline.model import Block, RunEntry, RunRecord, Trial, TrialStatus
from perf_pipeline.report.facts import AttemptFacts, CampaignFacts, ControlFigures, Fault

SPARKLINE_NIGHTS = 30


def gather(campaign: Campaign, now: datetime | None = None) -> CampaignFacts:
    """The facts of a campaign as they stand now, also of one that is not finished."""
    store, campaign_id = campaign.store, campaign.campaign_id
    loaded = store.load()
    past = past_of(campaign, SPARKLINE_NIGHTS)
    profiles = store.profiles(campaign_id)
    blocks = store.blocks(campaign_id)
    trials = {
        record.name: _standing_attempt(campaign, record.name)
        for record in campaign.record.benchmarks
    }
    previous = _previous(campaign)
    verdicts = store.verdicts(campaign_id)
    return CampaignFacts(
        runs=tuple(run for run in store.runs(campaign_id) if run.entry is RunEntry.START),
        written_at=now or datetime.now(UTC),
        measurements=tuple(
            row
            for name, one in trials.items()
            if one
            for row in summarise(one, campaign.find_record(name).metrics)
        ),
        verdicts=verdicts,
        hotspots=tuple(row for one in profiles for row in rank(one)),
        profiles=profiles,
        blocks=blocks,
        histories=past.histories,
        faults=tuple(fault for one in trials.values() for fault in _faults(one)),
        attempts=tuple(_attempt_facts(one) for one in trials.values() if one),
        artifacts=tuple(one.artifact for one in profiles if one.artifact),
        loaded=loaded.busy or past.unreadable,
        previous=previous,
        commits=_commits(campaign, previous),
        run_command=_run_command(campaign),
        control=control_figures(blocks),
        still_worse=still_worse(campaign, verdicts),
        events=said_of(campaign, verdicts),
        same_code=same_code(campaign),
        not_reached=not_reached(store, campaign_id, verdicts, blocks),
    )


def _standing_attempt(campaign: Campaign, benchmark: str) -> tuple[Trial, ...]:
    """The trials of the attempt that counts, or of the last one; empty when there is none."""
    standing = standing_attempt(campaign.store.attempts(campaign.campaign_id, benchmark))
    if standing is None:
        return ()
    return campaign.store.trials(campaign.campaign_id, benchmark, standing.number)


def _faults(trials: tuple[Trial, ...]) -> list[Fault]:
    """One per distinct message; skipped trials are told only where nothing else failed."""
    failed = [one for one in trials if one.status is not TrialStatus.OK]
    told = [one for one in failed if one.status is not TrialStatus.SKIPPED] or failed
    distinct = {(one.status, one.message): one for one in reversed(told)}
    return [
        Fault(one.benchmark, one.status, one.message, one.log_tail)
        for one in reversed(distinct.values())
    ]


def _attempt_facts(trials: tuple[Trial, ...]) -> AttemptFacts:
    ok = [one for one in trials if one.status is TrialStatus.OK]
    worst = next((one.status for one in trials if one.status is not TrialStatus.OK), None)
    return AttemptFacts(
        benchmark=trials[0].benchmark,
        number=trials[0].attempt,
        status=worst or TrialStatus.OK,
        trials_ok=len(ok),
        trials_started=len(trials),
        began_at=min(one.measured_at for one in trials),
        duration_s=sum(one.duration_ns for one in trials) / 1e9,
    )


def _previous(campaign: Campaign) -> RunRecord | None:
    previous = previous_campaign(campaign)
    runs = campaign.store.runs(previous) if previous else ()
    return runs[0] if runs else None


def _commits(campaign: Campaign, previous: RunRecord | None) -> int | None:
    if previous is None:
        return None
    folder = campaign.suite.repository
    return commits_between(folder, previous.revision, campaign.record.revision)


def _run_command(campaign: Campaign) -> str:
    """What measures a benchmark again as this campaign did, up to its name."""
    budget = campaign.context.budget.value
    return f"perf-pipeline run --suite {campaign.suite.name} --budget {budget}"


def control_figures(blocks: tuple[Block, ...]) -> ControlFigures | None:
    """How far the A/A control moved; None when there was none."""
    pairs = [block for block in blocks if block.comparison == COMPARISON]
    if not pairs:
        return None
    result = control_estimate(pairs)
    if result.estimate_percent is None:
        return None
    return ControlFigures(
        moved_percent=result.estimate_percent,
        low_percent=result.low_percent,
        high_percent=result.high_percent,
        pairs=result.n,
    )
