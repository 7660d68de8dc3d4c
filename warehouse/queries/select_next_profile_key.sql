-- The surrogate key that the next profile gets.
select coalesce(max(profile_key), 0) + 1 as profile_key
from profile
