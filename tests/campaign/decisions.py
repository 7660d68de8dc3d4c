"""Cases and nights as the decision sees them, written down by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from perf_pipeline.campaign.changes.case_night import CaseNight, CaseTonight
from perf_pipeline.campaign.changes.opinions import Opinion
from perf_pipeline.model import EventKind, Ground, State, Subject, Verdict, VerdictRecord

FIRST = date(2026, 3, 1)
TONIGHT = 20
DECIDING = frozenset({"cpu_ns", "waiting_ns"})


def campaign(number: int) -> str:
    """The campaign of a night."""
    return f"tiny-bench_01-{FIRST + timedelta(days=number)}-1"


def row(  # noqa: PLR0913 - the figures that a decision looks at
    verdict: Verdict,
    *,
    metric: str = "cpu_ns",
    night: int = TONIGHT,
    ground: Ground = Ground.AB,
    state: State = State.NONE,
    change: float | None = None,
    reference: int = 0,
    fingerprint: str = "new",
    change_id: str = "",
    case: str = "case",
    comparison: str = "ab-1",
    p_value: float | None = None,
) -> VerdictRecord:
    """A verdict on a change, with an interval of one percentage point to each side."""
    return VerdictRecord(
        verdict_id=f"{campaign(night)}/{case}/{metric}",
        campaign_id=campaign(night),
        run_id="run-1",
        suite="tiny",
        machine="bench_01",
        night=FIRST + timedelta(days=night),
        subject=Subject.CHANGE,
        verdict=verdict,
        reason="as it was found",
        decided_at=datetime(2026, 4, 1, tzinfo=UTC),
        benchmark="SortNumbers",
        case_id=case,
        case_key=case,
        metric=metric,
        unit="ns",
        state=state,
        ground=ground,
        reference=campaign(reference),
        change_percent=change,
        low_percent=None if change is None else change - 1,
        high_percent=None if change is None else change + 1,
        fingerprint=fingerprint,
        change_id=change_id,
        comparison=comparison if ground is Ground.AB else "",
        p_value=p_value,
    )


def screened(
    verdict: Verdict = Verdict.UNCHANGED,
    state: State = State.NONE,
    *,
    metric: str = "cpu_ns",
    fingerprint: str = "new",
) -> VerdictRecord:
    """What the screen says tonight."""
    return row(verdict, metric=metric, state=state, ground=Ground.SCREEN, fingerprint=fingerprint)


def nights(*fingerprints: str) -> tuple[CaseNight, ...]:
    """Nights on which the case ran these codes and nothing was compared, from the first on."""
    return tuple(
        CaseNight(campaign(number), FIRST + timedelta(days=number), fingerprint)
        for number, fingerprint in enumerate(fingerprints)
    )


def said(night: CaseNight, *rows: VerdictRecord) -> CaseNight:
    """The night with what was said of it."""
    number = (night.night - FIRST).days
    told = (
        replace(
            one,
            campaign_id=night.campaign_id,
            night=night.night,
            fingerprint=night.fingerprint,
            verdict_id=f"{campaign(number)}/{one.case_id}/{one.metric}",
        )
        for one in rows
    )
    return replace(night, rows=tuple(told))


def opinion(kind: EventKind, about: VerdictRecord, reason: str = "wanted") -> Opinion:
    """What somebody said of a row."""
    return Opinion(
        kind=kind,
        change_id=about.change_id,
        campaign_id=about.campaign_id,
        case_key=about.case_key,
        metric=about.metric,
        fingerprint=about.fingerprint,
        reason=reason,
        author="ada",
    )


def tonight(  # noqa: PLR0913 - what may matter of a case
    past: tuple[CaseNight, ...] = (),
    *,
    fingerprint: str = "new",
    rows: tuple[VerdictRecord, ...] | None = None,
    reference: CaseNight | None = None,
    anchor: CaseNight | None = None,
    opinions: tuple[Opinion, ...] = (),
    critical: bool = False,
    cost_s: float = 2.0,
    case: str = "case",
    revisions_differ: bool = True,
) -> CaseTonight:
    """The case tonight; compared with its first night unless said otherwise."""
    given = rows if rows is not None else (screened(fingerprint=fingerprint),)
    return CaseTonight(
        benchmark="SortNumbers",
        case_id=case,
        case_key=case,
        fingerprint=fingerprint,
        screened=tuple(replace(one, case_id=case, case_key=case) for one in given),
        past=past,
        opinions=opinions,
        reference=reference or (past[0] if past else None),
        anchor=anchor,
        is_critical=critical,
        deciding=DECIDING,
        cost_s=cost_s,
        revisions_differ=revisions_differ,
    )
