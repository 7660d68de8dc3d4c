-- The ledger: what was loaded, and when in seconds since 1970 (UTC).
select
    path,
    sha256,
    bytes,
    rows,
    epoch(loaded_at) as loaded_at_s
from landed_file
