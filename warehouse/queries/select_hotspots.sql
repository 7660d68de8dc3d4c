-- The hotspots of a campaign, shaped like the records of the model.
select
    profile_id,
    rank,
    function,
    file,
    line,
    code as kind,
    self_share,
    total_share,
    self_ns,
    total_ns,
    calls,
    score,
    saves_at_most,
    samples
from v_hotspots
where campaign = $campaign_id
order by
    profile_id,
    rank
