"""What is said of a change tonight: the screen, an A/B, the nights before and people together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from perf_pipeline.campaign.changes.case_night import (
    SUSPECT,
    CaseTonight,
    same_code,
)
from perf_pipeline.campaign.changes.opinions import Opinion
from perf_pipeline.campaign.changes.standing import change_id, dispute_of, disputed, standing_worse
from perf_pipeline.model import EventKind, Ground, State, Verdict, VerdictRecord


def decide(
    case: CaseTonight, screened: VerdictRecord, tested: VerdictRecord | None, untested: str = ""
) -> VerdictRecord:
    """The verdict and state of one metric of one case.

    Args:
        case: Tonight, with its past.
        screened: What the screen says of the metric.
        tested: What tonight's A/B says of it, or why there could be none; None without one.
        untested: Why there was no A/B although there is reason for one; empty where there is none.
    """
    worse = standing_worse(case, screened.metric)
    if screened.verdict is Verdict.NOT_MEASURED:
        return _unmeasured(screened, worse)
    if tested is not None and not _is_refused(tested):
        return _tested(case, screened, tested, worse)
    if worse is not None:
        return _still_worse(case, screened, worse, untested or (tested.reason if tested else ""))
    if tested is not None:
        return _refused(case, screened, tested, untested)
    return _untested(case, screened, untested)


def _is_refused(tested: VerdictRecord) -> bool:
    """Whether the arms could not be compared, or not even built."""
    return tested.verdict is Verdict.NOT_COMPARABLE or tested.ground is Ground.NONE


def _unmeasured(screened: VerdictRecord, worse: VerdictRecord | None) -> VerdictRecord:
    if worse is None:
        return screened
    return replace(screened, state=State.ESTABLISHED, change_id=worse.change_id)


def _tested(
    case: CaseTonight,
    screened: VerdictRecord,
    tested: VerdictRecord,
    worse: VerdictRecord | None,
) -> VerdictRecord:
    if tested.change_id or tested.state is not State.NONE:
        return tested  # decided before this run went on
    row = replace(tested, change_id=change_id(tested, tested.reference))
    if row.verdict is Verdict.WORSE:
        opinion = dispute_of(case, row)
        if opinion is not None:
            said = f"{opinion.author} disputed it: {opinion.reason}"
            row = replace(row, reason=f"{row.reason}, measured again with fresh blocks; {said}")
        return _worse_again(case, row, worse) if worse else replace(row, state=State.ESTABLISHED)
    if row.verdict is Verdict.INCONCLUSIVE:
        state = State.ESTABLISHED if worse else screened.state
        return replace(row, state=state, change_id="" if state is State.NONE else row.change_id)
    return _not_worse(case, screened, row, worse)


def _worse_again(case: CaseTonight, row: VerdictRecord, worse: VerdictRecord) -> VerdictRecord:
    """Other code, and still worse than the same reference: news only where it went on."""
    again = replace(
        row,
        state=State.ESTABLISHED,
        reason=f"{row.reason}; worse since {_first_night(case, worse)}",
        change_id=worse.change_id,
    )
    if _went_on(row, worse):
        return again
    return replace(again, finding_id=worse.finding_id, cause=worse.cause or row.cause)


def _went_on(row: VerdictRecord, worse: VerdictRecord) -> bool:
    """Whether the interval lies wholly beyond the former one, further from no change."""
    if None in (row.low_percent, row.high_percent, worse.low_percent, worse.high_percent):
        return False
    if (row.change_percent or 0.0) > 0:
        return (row.low_percent or 0.0) > (worse.high_percent or 0.0)
    return (row.high_percent or 0.0) < (worse.low_percent or 0.0)


def _not_worse(
    case: CaseTonight, screened: VerdictRecord, row: VerdictRecord, worse: VerdictRecord | None
) -> VerdictRecord:
    """Unchanged or better by an A/B, and what that ends."""
    if worse is not None and not same_code(worse.fingerprint, case.fingerprint):
        return _named(replace(row, state=State.FIXED), worse)
    if row.verdict is Verdict.BETTER:
        return replace(row, state=State.ESTABLISHED)
    before = worse or _doubted_before(case, row.metric)
    if before is not None or screened.state in SUSPECT:
        return _named(replace(row, state=State.WENT_AWAY), before)
    return replace(row, change_id="")


def _still_worse(
    case: CaseTonight, screened: VerdictRecord, worse: VerdictRecord, untested: str
) -> VerdictRecord:
    """Worse as on the night it was found; with other code only that nobody knows."""
    first = _first_night(case, worse)
    if same_code(worse.fingerprint, case.fingerprint):
        found = worse.reason.partition("same code as on ")[0].rstrip("; ") or worse.reason
        return replace(
            screened,
            verdict=Verdict.WORSE,
            state=State.ESTABLISHED,
            ground=Ground.AB,
            reason=f"{found}; same code as on {first}",
            reference=worse.reference,
            before=worse.before,
            after=worse.after,
            change_percent=worse.change_percent,
            low_percent=worse.low_percent,
            high_percent=worse.high_percent,
            detectable_percent=worse.detectable_percent,
            n=worse.n,
            p_value=worse.p_value,
            severe=worse.severe,
            change_id=worse.change_id,
            finding_id=worse.finding_id,
            comparison=worse.comparison,
            cause=worse.cause,
        )
    if case.is_same_code and case.reference is not None:
        again = f"the code is that of {case.reference.night} again"
        return _named(
            replace(screened, state=State.FIXED, reason=f"{again}; {screened.reason}"), worse
        )
    why = untested or "not tested tonight"
    return replace(
        screened,
        verdict=Verdict.INCONCLUSIVE,
        state=State.ESTABLISHED,
        ground=Ground.NONE,
        reason=f"{why}: worse since {first}, the code changed since",
        reference=worse.reference,
        change_id=worse.change_id,
        finding_id=worse.finding_id,
    )


def _refused(
    case: CaseTonight, screened: VerdictRecord, tested: VerdictRecord, untested: str
) -> VerdictRecord:
    """An A/B that could not be: of a suspect it leaves the machine, of equal code nothing."""
    if case.is_same_code and not _is_suspect(screened):
        return _untested(case, screened, "")
    if tested.ground is Ground.NONE:
        return _untested(case, screened, tested.reason)
    if _is_suspect(screened):
        why = untested or f"machine or code: {tested.reason}"
        return _suspect(case, screened, f"{why}: {screened.reason}")
    return replace(tested, state=State.NONE)


def _untested(case: CaseTonight, screened: VerdictRecord, untested: str) -> VerdictRecord:
    metric = screened.metric
    opinion = _opinion_on_this_code(case, metric) or _accepted(case)
    if opinion is not None and opinion.kind is EventKind.DISPUTE:
        return _disputed(screened, opinion, "same code")
    if _is_suspect(screened):
        return _suspect(case, screened, f"{untested}: {screened.reason}" if untested else "")
    if untested:
        return replace(
            screened,
            verdict=Verdict.INCONCLUSIVE,
            ground=Ground.NONE,
            reason=untested,
            reference=case.reference.campaign_id if case.reference else "",
        )
    if opinion is not None:
        said = f"accepted by {opinion.author}: {opinion.reason}; {screened.reason}"
        named = opinion.change_id if opinion.metric == metric else screened.change_id
        return replace(screened, state=State.ACCEPTED, reason=said, change_id=named)
    before = _doubted_before(case, metric)
    if before is not None and screened.verdict is Verdict.UNCHANGED:
        return _named(replace(screened, state=State.WENT_AWAY), before)
    return screened


def _suspect(case: CaseTonight, screened: VerdictRecord, reason: str) -> VerdictRecord:
    reference = case.reference.campaign_id if case.reference else ""
    return replace(
        screened,
        reason=reason or screened.reason,
        change_id=change_id(screened, reference),
    )


def _disputed(row: VerdictRecord, opinion: Opinion, what: str) -> VerdictRecord:
    return replace(
        row,
        verdict=Verdict.INCONCLUSIVE,
        state=State.DISPUTED,
        reason=f"disputed by {opinion.author}: {opinion.reason}; {what}",
        change_id=opinion.change_id,
    )


def _named(row: VerdictRecord, before: VerdictRecord | None) -> VerdictRecord:
    """The row under the id of the change that it ends."""
    if before is None or not before.change_id:
        return row
    said = f"worse on {before.night}" if before.verdict is Verdict.WORSE else ""
    reason = f"{row.reason}; {said}" if said else row.reason
    return replace(row, change_id=before.change_id, reason=reason)


def _opinion_on_this_code(case: CaseTonight, metric: str) -> Opinion | None:
    found = [
        one
        for one in case.opinions
        if one.metric == metric and same_code(one.fingerprint, case.fingerprint)
    ]
    return found[-1] if found else None


def _accepted(case: CaseTonight) -> Opinion | None:
    """Who accepted this code last; that answers all metrics of the case."""
    found = [
        one
        for one in case.opinions
        if one.kind is EventKind.ACCEPT and same_code(one.fingerprint, case.fingerprint)
    ]
    return found[-1] if found else None


def _doubted_before(case: CaseTonight, metric: str) -> VerdictRecord | None:
    """The row of the night before, if it was suspected or has been disputed since."""
    row = case.past[-1].row(metric) if case.past else None
    if row is None or not (_is_suspect(row) or disputed(case, row)):
        return None
    return row


def _is_suspect(row: VerdictRecord) -> bool:
    return row.verdict is Verdict.INCONCLUSIVE and row.state in SUSPECT


def _first_night(case: CaseTonight, worse: VerdictRecord) -> date:
    """When a change was first called worse."""
    for night in case.past:
        row = night.row(worse.metric)
        if row and row.change_id == worse.change_id and row.verdict is Verdict.WORSE:
            return night.night
    return worse.night
