"""The end of a campaign: its verdict, its report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from perf_pipeline.campaign.gather import gather
from perf_pipeline.campaign.opening import Campaign
from perf_pipeline.campaign.said import said
from perf_pipeline.model import Subject, Verdict
from perf_pipeline.report.facts import CampaignFacts
from perf_pipeline.report.files import ReportFiles, write_report
from perf_pipeline.report.index import Index
from perf_pipeline.report.sentence import Form, Headline, headline
from perf_pipeline.report.tally import Outcome, tally

VERDICTS = {
    Form.WORSE: Verdict.WORSE,
    Form.STILL_WORSE: Verdict.WORSE,
    Form.NOTHING_WORSE: Verdict.UNCHANGED,
    Form.FIRST_NIGHT: Verdict.INCONCLUSIVE,
    Form.NOT_COMPARABLE: Verdict.NOT_COMPARABLE,
    Form.NOT_JUDGED: Verdict.INCONCLUSIVE,
    Form.INCOMPLETE: Verdict.NOT_MEASURED,
}


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a night came to; `exit_code` is that of the command that ran it."""

    headline: Headline
    report: ReportFiles
    counts: dict[str, int]
    """How many benchmarks came out how, by the word of the verdict."""

    @property
    def is_incomplete(self) -> bool:
        """Something this budget promised is missing."""
        return self.headline.form is Form.INCOMPLETE


def conclude(campaign: Campaign) -> Headline:
    """Land the campaign's verdict: the sentence that the report opens with."""
    facts = gather(campaign)
    night = headline(facts)
    verdict = said(campaign, Subject.CAMPAIGN, _verdict(facts, night.form), night.sentence)
    campaign.store.land_verdicts([verdict])
    campaign.store.load()
    return night


def _verdict(facts: CampaignFacts, form: Form) -> Verdict:
    """Better where nothing is worse and something is better."""
    better = tally(Index(facts)).number(Outcome.BETTER) > 0
    return Verdict.BETTER if better and form is Form.NOTHING_WORSE else VERDICTS[form]


def report(campaign: Campaign) -> Conclusion:
    """Write the report of a campaign as it stands now."""
    facts = gather(campaign)
    folder = campaign.home.reports / campaign.campaign_id
    files = write_report(facts, folder, campaign.home.artifacts)
    outcomes = Counter(outcome for _, outcome in tally(Index(facts)).outcomes)
    counts = {outcome.value: outcomes[outcome] for outcome in Outcome}
    return Conclusion(headline(facts), files, counts)
