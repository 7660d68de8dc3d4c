-- The surrogate key that the next trial gets.
select coalesce(max(trial_key), 0) + 1 as trial_key
from trial
