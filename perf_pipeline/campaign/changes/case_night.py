"""A case as the nightly decision sees it: tonight, and in the campaigns before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from perf_pipeline.campaign.changes.opinions import Opinion
from perf_pipeline.model import EventKind, Ground, State, Verdict, VerdictRecord

SUSPECT = (State.SUSPECTED, State.PROBABLE, State.ESTABLISHED)
CLEAR = (Verdict.WORSE, Verdict.BETTER)
EQUAL_OR_BETTER = (Verdict.UNCHANGED, Verdict.BETTER)


@dataclass(frozen=True, slots=True)
class CaseNight:
    """One case in one earlier full campaign that measured it.

    `rows` are what was said of its changes. `is_anchored` says that an A/B against the anchor
    ran, `is_audited` that its code was compared with itself.
    """

    campaign_id: str
    night: date
    fingerprint: str
    rows: tuple[VerdictRecord, ...] = ()
    is_anchored: bool = False
    is_audited: bool = False

    def row(self, metric: str) -> VerdictRecord | None:
        """What was said of one metric."""
        return next((one for one in self.rows if one.metric == metric), None)

    @property
    def is_tested(self) -> bool:
        """Whether an A/B of any kind spoke of it."""
        compared = any(one.ground is Ground.AB for one in self.rows)
        return compared or self.is_anchored or self.is_audited


@dataclass(frozen=True, slots=True)
class CaseTonight:
    """One case as it was measured tonight, and everything its decision rests on.

    `screened` is what the screen says of each judged metric, `deciding` names those that an A/B
    goes on for (CPU time and waiting). `past` is oldest first. `cost_s` is what an A/B is
    expected to take. `revisions_differ` says that the reference ran another revision.
    """

    benchmark: str
    case_id: str
    case_key: str
    fingerprint: str
    screened: tuple[VerdictRecord, ...]
    past: tuple[CaseNight, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    reference: CaseNight | None = None
    anchor: CaseNight | None = None
    is_critical: bool = False
    deciding: frozenset[str] = frozenset()
    cost_s: float = 0.0
    revisions_differ: bool = False

    @property
    def accepted(self) -> frozenset[str]:
        """Campaigns whose level of this case was accepted."""
        return accepted_in(self.opinions)

    @property
    def is_measured(self) -> bool:
        """Whether tonight gave any figure of it."""
        return any(one.verdict is not Verdict.NOT_MEASURED for one in self.screened)

    @property
    def is_suspected(self) -> bool:
        """Whether the screen suspects any of its metrics."""
        return any(
            one.verdict is Verdict.INCONCLUSIVE and one.state in SUSPECT for one in self.screened
        )

    @property
    def is_same_code(self) -> bool:
        """Whether tonight's code is surely the reference's."""
        return self.reference is not None and same_code(
            self.fingerprint, self.reference.fingerprint
        )

    @property
    def is_other_code(self) -> bool:
        """Whether the code differs from the reference's, or may: nothing is known of a command."""
        if self.reference is None or self.is_same_code:
            return False
        known = bool(self.fingerprint and self.reference.fingerprint)
        return known or self.revisions_differ


def same_code(one: str, other: str) -> bool:
    """Whether two fingerprints are known and equal."""
    return bool(one) and one == other


def accepted_in(opinions: Sequence[Opinion]) -> frozenset[str]:
    """The campaigns in which people accepted a change."""
    return frozenset(one.campaign_id for one in opinions if one.kind is EventKind.ACCEPT)
