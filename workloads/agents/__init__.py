"""Agents: a collective of worker threads that pass tasks on to each other."""
