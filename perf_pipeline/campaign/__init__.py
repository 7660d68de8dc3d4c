"""The use cases of a campaign, each a function over a `Store`."""
