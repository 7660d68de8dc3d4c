"""Both sides of an A/B: where their code and packages come from, and how they are built."""
