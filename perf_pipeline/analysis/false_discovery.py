"""Which of many differences found in one night stand: their share of false ones is bounded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def benjamini_hochberg(p_values: Sequence[float], rate: float) -> tuple[bool, ...]:
    """Whether each one is kept, so that on average at most `rate` of those kept are false.

    Benjamini & Hochberg (1995): the largest p that is at most rate x rank / count, and all below
    it. Holds for independent comparisons and for those that move together; errs silent where most
    are unchanged. It can only withdraw what a test has found: a kept p may still be over alpha.

    Args:
        p_values: Of all that was compared, unchanged ones too; one that is no number is not kept.
        rate: 0 to 1.

    Returns:
        One per p-value, in their order.
    """
    p = np.nan_to_num(np.asarray(p_values, dtype=np.float64), nan=np.inf)
    ordered = np.sort(p)
    passed = ordered[ordered <= rate * np.arange(1, len(p) + 1) / max(1, len(p))]
    limit = passed[-1] if len(passed) else -np.inf
    return tuple(bool(one) for one in p <= limit)
