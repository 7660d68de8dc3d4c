"""The profilers: one per file behind the one interface of `base.py`, found by `choice.py`."""
