"""The engine: how workloads are measured, judged, explained and ranked."""
