"""What may be said of the figures: one rule per file, pure functions on arrays and values."""
