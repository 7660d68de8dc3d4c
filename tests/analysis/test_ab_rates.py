"""The rates that an A/B and a night promise; each naive rule fails the same limit."""

from __future__ import annotations

import ab_rates
import night_rates
from ab_noises import AB_NAMES, MEASURED
from noises import NAMES

ONE_PER_THOUSAND = 0.1


def test_equal_arms_are_hardly_ever_called_different() -> None:
    """Under half of one per thousand with all looks, on the six noises and on measured ones."""
    column = ab_rates.ab_equal_arms().column("called different")
    assert max(column[name].at_most for name in AB_NAMES) < ONE_PER_THOUSAND / 2


def test_without_the_margin_all_looks_still_keep_to_alpha() -> None:
    """Where blocks do not resemble each other; the exact limit leaves half as much again."""
    column = ab_rates.ab_equal_arms().column("without margin")
    for name in (*NAMES, MEASURED):
        assert column[name].percent <= ONE_PER_THOUSAND
        assert column[name].at_most < 1.5 * ONE_PER_THOUSAND


def test_naive_looks_call_equal_arms_different() -> None:
    """The same level at every look, 5 % at every look, and plain means."""
    table = ab_rates.ab_equal_arms()
    for heading in table.columns[2:]:
        column = table.column(heading)
        assert max(column[name].at_least for name in AB_NAMES) > 2 * ONE_PER_THOUSAND
    assert min(rate.at_least for rate in table.column("naive: 5 % at each look").values()) > 4


def test_two_and_five_percent_are_found_within_sixty_blocks() -> None:
    """At every spread that was measured, with 3 % of the blocks far off; a plain mean fails."""
    table = ab_rates.ab_found()
    for heading, least in (("+5 % found", 99), ("+2 % found", 95), ("-2 % found", 95)):
        assert min(rate.at_least for rate in table.column(heading).values()) > least
    assert min(rate.at_least for rate in table.column("0: equal").values()) > 99
    assert max(rate.at_most for rate in table.column("0: different").values()) < ONE_PER_THOUSAND
    naive = table.column("naive: plain mean, +2 %")
    assert max(rate.at_most for rate in naive.values()) < 80


def test_large_changes_are_cheap() -> None:
    """The larger, the fewer blocks; +5 % takes little more than the first look."""
    table = ab_rates.ab_blocks()
    for spread in table.column("0, mean"):
        means = [table.column(f"+{percent} %, mean")[spread] for percent in (10, 5, 3, 2)]
        assert means == sorted(means)
    assert max(table.column("+5 %, mean").values()) < 15
    assert max(table.column("+2 %, mean").values()) < 40
    assert max(table.column("0, mean").values()) < 32


def test_intervals_hold_the_truth_whatever_stopped_them() -> None:
    """Of all and of those called different, with layout, too; naive ones of equal arms do not."""
    table = ab_rates.ab_coverage()
    for heading in table.columns[:4]:
        assert min(rate.at_least for rate in table.column(heading).values()) > 95
    assert table.column("naive: 95 % at each look")["0"].at_most < 85


def test_one_percent_is_found_with_more_blocks() -> None:
    """In 80 % with 400 blocks that scatter up to 1.4 %, with 240 up to 1 %."""
    table = ab_rates.ab_fine()
    for cap, widest in ((400, 1.4), (240, 1.0)):
        for name, rate in table.column(f"+1 % found, {cap} blocks").items():
            if float(name.split()[1]) <= widest:
                assert rate.at_least > 80
        assert min(rate.at_least for rate in table.column(f"0: equal, {cap} blocks").values()) > 95
        same = table.column(f"0: different, {cap} blocks")
        assert max(rate.at_most for rate in same.values()) < 2 * ONE_PER_THOUSAND


def test_few_of_a_nights_reports_are_false() -> None:
    """About 5 % at most, of nights and of reports; taking every p for itself fails."""
    table = night_rates.discoveries()
    for heading in ("nights with a false report", "false among reported"):
        assert max(rate.at_most for rate in table.column(heading).values()) < 6.5
    assert min(rate.at_least for rate in table.column("ten real ones: kept").values()) > 94
    assert table.column("naive: all at 0.1 %")["1,000 comparisons"].at_least > 50
    assert table.column("naive: all at 5 %")["20 comparisons"].at_least > 50


def test_unchanged_nights_are_seldom_a_finding() -> None:
    """Under 0.3 %, also where all cases share what differs from night to night.

    Except for spikes that hit all cases: then the night was slower as a whole.
    """
    table = night_rates.whole_nights()
    for nights in (8, 30):
        for name, rate in table.column(f"unchanged, {nights} nights").items():
            if name != "5 % spikes of +10 %, all cases together":
                assert rate.at_most < 0.3
    naive = table.column("naive: t-test over the cases")
    assert min(rate.at_least for rate in naive.values()) > 3
    assert min(rate.at_least for name, rate in naive.items() if "together" in name) > 25


def test_a_night_that_is_ten_percent_slower_is_found_after_thirty() -> None:
    """Where cases do not usually move together."""
    column = night_rates.whole_nights().column("+10 %, 30 nights")
    assert min(rate.at_least for name, rate in column.items() if "itself" in name) > 90
