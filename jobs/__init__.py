"""How campaigns are launched: definitions, jobs, schedules, resources, command line."""
