"""One A/B of one case, from its first block to what it says."""
