-- The machines of the incoming runs that are not known yet.
insert into machine by name
select distinct
    machine_id,
    machine.name as name,
    machine.cpu_model as cpu_model,
    machine.effective_cores as effective_cores,
    machine.memory_bytes as memory_bytes,
    machine.architecture as architecture
from incoming
anti join machine as known using (machine_id)
