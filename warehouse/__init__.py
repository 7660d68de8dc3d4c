"""Where the figures are kept: landing files (the truth), the warehouse and the history."""
