"""The rates that the method promises, on six noises; each naive rule fails the same limit."""

from __future__ import annotations

import rates
from noises import NAMES, STRETCHES
from rate_table import Table

SUSPECTS_AT_MOST = 0.2
FOUND_AT_LEAST = 99.0


def worst_at_most(table: Table, heading: str, names: tuple[str, ...] | None = None) -> float:
    """The highest rate of a column that is not ruled out."""
    column = table.column(heading)
    return max(column[name].at_most for name in names or tuple(column))


def test_intervals_hold_the_truth() -> None:
    """Over 10 and 20 trials at least 93 % where trials are independent with one state."""
    table = rates.coverage()
    one_state = NAMES[:-1]
    for heading in ("5 trials", "10 trials", "20 trials"):
        column = table.column(heading)
        assert min(column[name].at_least for name in one_state) > 92.5
    assert table.column("20 trials")["two states of 4 %"].at_least > 93
    assert table.column("10 trials")["two states of 4 %"].at_least > 87


def test_intervals_over_repetitions_do_not() -> None:
    """The naive interval holds half of the time with a 1 % process effect, and less."""
    column = rates.coverage().column("naive: over 200 repetitions")
    assert column["iid"].at_least > 93
    for name in NAMES[1:]:
        if name != "1 % night effect":
            assert column[name].at_most < 75


def test_outliers_do_not_move_the_estimate() -> None:
    """Within 2 % of the truth in over 98 %, the plain mean in under 85 %."""
    table = rates.outliers()
    assert min(r.at_least for r in table.column("within 2 % of the truth").values()) > 98
    assert max(r.at_most for r in table.column("naive mean within 2 %").values()) < 85
    assert min(r.at_least for r in table.column("interval under 2 % wide to a side").values()) > 97
    assert max(r.at_most for r in table.column("naive interval under 2 %").values()) < 85


def test_at_the_target_each_verdict_is_wrong_in_at_most_five_percent() -> None:
    """Met and missed apart, where trials are independent with one state; the naive rule fails."""
    table = rates.targets()
    for heading in table.columns[:4]:
        assert worst_at_most(table, heading, NAMES[:-1]) < 5
    assert min(r.at_least for r in table.column("naive: value against target").values()) > 45


def test_percentiles_hold_from_the_minimum_on() -> None:
    """p95 of 59 and p99 of 299 hold; from fewer half of the trials never saw beyond it."""
    table = rates.percentiles()
    ours, naive = table.column("holds the truth"), table.column("naive: numpy's default")
    seen = table.column("trials that saw anything beyond it")
    for name in ("p95 of 59", "p95 of 300", "p99 of 299", "p99 of 600"):
        assert ours[name].at_least > 95
        assert seen[name].at_least > 94
    assert max(naive[name].at_most for name in ("p95 of 59", "p99 of 299")) < 91
    assert max(seen[name].at_most for name in ("p95 of 20", "p99 of 50", "p99 of 100")) < 66


def test_percentiles_hold_over_five_trials() -> None:
    """At least 94 % on every noise; batches taken as trials, or all observations, hold a third."""
    table = rates.percentiles_of_few()
    for heading in ("5 trials", "6 trials", "10 trials"):
        assert min(rate.percent for rate in table.column(heading).values()) >= 94
        assert min(rate.at_least for rate in table.column(heading).values()) > 93.5
    naive = table.column("naive: 5 trials, all observations")
    batches = table.column("5 trials, their batches as trials")
    for name in ("1 % process effect", "5 % spikes of +10 %", "two states of 4 %"):
        assert naive[name].at_most < 20
        assert batches[name].at_most < 40


def test_percentiles_do_not_hold_over_three_trials() -> None:
    """One set of three in four lies in one of two states, and no interval over them can know."""
    three = rates.percentiles_of_few().column("3 trials, Student's t")
    assert three["two states of 4 %"].at_most < 82
    assert three["1 % process effect"].at_least > 94


def test_percentiles_within_one_process_hold_for_it_alone() -> None:
    """At least 94 % of its own level; of the level of processes a tenth once they differ by 1 %."""
    table = rates.percentiles_within()
    for heading in ("p95 of 1,180", "p99 of 5,980"):
        column = table.column(heading)
        assert min(column[name].at_least for name in NAMES) > 94
    assert table.column("p95 of 1,180, for all processes")["1 % process effect"].at_most < 15
    naive = table.column("naive: p95 of 1,180, each for itself")
    assert naive["AR(1) 0.6"].at_most < 85
    assert naive["iid"].at_least > 94


def test_slow_stretches_as_long_as_a_batch_hold_nothing() -> None:
    """Known, and said on the page: twenty batches see one such stretch, or none."""
    assert rates.percentiles_within().column("p95 of 1,180")[STRETCHES].at_most < 65


def test_proportions_hold_where_trials_differ() -> None:
    """At least 93 %; Wilson's interval over all attempts falls to 87 % and below."""
    table = rates.proportions()
    assert min(rate.at_least for rate in table.column("holds the truth").values()) > 93
    naive = table.column("naive: Wilson over all attempts")
    assert max(rate.at_most for name, rate in naive.items() if "10 % apart" in name) < 89


def test_few_series_of_unchanged_code_are_suspected() -> None:
    """Under 0.2 % on the ninth night, on every noise and up to 3 % from night to night."""
    assert worst_at_most(rates.screen_eight(), "unchanged") < SUSPECTS_AT_MOST


def test_a_step_of_half_is_found_on_the_ninth_night() -> None:
    """+50 % and -33 % in over 99 %, on every noise."""
    for heading in ("+50 %", "-33 %"):
        column = rates.screen_eight().column(heading)
        assert min(rate.at_least for rate in column.values()) > FOUND_AT_LEAST


def test_naive_screens_suspect_unchanged_code() -> None:
    """10 % since last night, 3 sigma, and a t-test each break the limit that the screen holds."""
    table = rates.screen_naive()
    for heading in table.columns:
        assert max(rate.at_least for rate in table.column(heading).values()) > SUSPECTS_AT_MOST
    assert min(rate.at_least for rate in table.column("t-test on repetitions").values()) > 5
    assert min(rate.at_least for rate in table.column("3 sigma off the mean").values()) > 1


def test_more_nights_find_smaller_steps() -> None:
    """+5 % that stands is found where nights are quiet; unchanged code is hardly ever probable."""
    table = rates.screen_thirty()
    assert worst_at_most(table, "unchanged: suspected") < SUSPECTS_AT_MOST
    assert worst_at_most(table, "unchanged: probable") < 0.7
    assert table.column("+5 % for 4 nights")["iid, nights 1 %"].at_least > 95
    assert table.column("+5 % for 8 nights")["1 % night effect, nights 1 %"].at_least > 90
