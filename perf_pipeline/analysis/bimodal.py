"""Whether trials fall into two separate groups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

FEWEST_TRIALS = 10
FEWEST_IN_GROUP = 3
GAP_TO_SPREAD = 1.5
SMALLEST_GAP = 0.005


def is_bimodal(trial_values: Sequence[float]) -> bool:
    """True if an empty gap parts the trials in two groups.

    Sorted, some gap leaves at least 3 trials and a fifth of them on each side, and is wider than
    1.5 times the full spread of either side and 0.5 % of the median. Needs 10 trials, of which
    one wide state of any smooth shape looks so in at most 2 % of cases. It errs silent: two states
    whose own spread comes near their distance are taken for one wide state.
    """
    ordered = np.sort(np.asarray(trial_values, dtype=np.float64))
    n = len(ordered)
    if n < FEWEST_TRIALS:
        return False
    smallest = SMALLEST_GAP * abs(float(np.median(ordered)))
    edge = max(FEWEST_IN_GROUP, -(-n // 5))
    for split in range(edge, n - edge + 1):
        gap = ordered[split] - ordered[split - 1]
        widest = max(ordered[split - 1] - ordered[0], ordered[-1] - ordered[split])
        if gap > max(smallest, GAP_TO_SPREAD * widest):
            return True
    return False
