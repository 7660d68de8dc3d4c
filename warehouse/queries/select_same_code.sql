-- Own false alarms of a suite on a machine, shaped like the records of the model.
select
    ground,
    compared,
    alarms,
    alarms_higher as higher,
    alarms_lower as lower,
    coalesce(at_most_per_1000 / 1000, 1) as at_most,
    alerts,
    disputed
from v_false_alarms
where suite = $suite
and machine = $machine
order by ground
