"""How workloads are run and measured."""
