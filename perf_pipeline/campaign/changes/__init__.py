"""The nightly decision: what changed, since when, for which reason, and what people say of it."""
