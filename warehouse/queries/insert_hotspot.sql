-- The rollup of the landed profiles.
insert into hotspot by name
select
    incoming.profile_key,
    ranked.rank,
    frame.frame_key,
    ranked.self_share,
    ranked.total_share,
    ranked.self_ns,
    ranked.total_ns,
    ranked.calls,
    ranked.score,
    ranked.saves_at_most,
    ranked.samples
from incoming_hotspot as ranked
join incoming using (profile_id)
join frame
    on frame.function = ranked.function
    and frame.file = ranked.file
    and frame.line = ranked.line
    and frame.kind = ranked.kind
order by
    incoming.profile_key,
    ranked.rank
