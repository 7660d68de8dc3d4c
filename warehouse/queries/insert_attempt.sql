-- What the landed attempts amount to.
insert into attempt by name
select
    campaign_id,
    benchmark,
    number as attempt,
    status,
    trials,
    faults
from incoming_attempt
