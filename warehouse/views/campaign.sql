-- One row per campaign: what its first run said, and how many runs it took.
create or replace view campaign as
select
    campaign_id,
    min(suite) as suite,
    min(machine) as machine,
    min(night) as night,
    min(number) as number,
    min(kind) as kind,
    arg_min(budget, recorded_at) as budget,
    arg_min(revision, recorded_at) as revision,
    bool_or(uncommitted) as uncommitted,
    arg_min(machine_id, recorded_at) as machine_id,
    arg_min(environment_id, recorded_at) as environment_id,
    arg_min(seed, recorded_at) as seed,
    arg_min(method_version, recorded_at) as method_version,
    min(recorded_at) as started_at,
    max(recorded_at) as resumed_at,
    count(*) as runs,
    bool_and(fit) as fit,
    coalesce(string_agg(distinct fit_reason, '; ') filter (where fit_reason <> ''), '') as fit_reason
from run
where entry = 'start'
group by campaign_id
