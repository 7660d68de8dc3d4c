"""What an A/B of one case came to, as the use cases see it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from perf_pipeline.analysis.ab import AbResult
from perf_pipeline.model import Block, MetricDefinition

OTHER_OUTPUT = "the arms returned different output"
"""Ends the note of a comparison where they did; a verdict says so in its own words."""


class OutputAgreement(StrEnum):
    """Whether both arms computed the same; `unknown` where outputs vary or cannot be compared."""

    AGREE = "agree"
    DIFFER = "differ"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class MetricResult:
    """One judged metric of a comparison; values are the trimmed centres of both arms' trials.

    `withheld` says why nothing is said of it although it was measured (a contended wall clock, an
    exact metric that varies within an arm); empty otherwise.
    """

    metric: MetricDefinition
    ab: AbResult
    value_a: float | None
    value_b: float | None
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Blocks and what they say.

    `refusal` is why the arms cannot be compared at all (equal code, code from outside an arm, an
    arm that does not build or fails); then `results` is empty. `imports` are fingerprints of A, B.
    """

    comparison_id: str
    blocks: tuple[Block, ...]
    results: tuple[MetricResult, ...]
    refusal: str = ""
    note: str = ""
    """What else a reader must know: failed blocks, randomised addresses, outputs that differ."""
    same_code: bool = False
    output: OutputAgreement = OutputAgreement.UNKNOWN
    fingerprint_a: str = ""
    fingerprint_b: str = ""
    aslr: str = ""
    duration_s: float = 0.0
