"""SuperAgent: a task is estimated, routed, answered by agents, stored, and paid for."""
