"""The page, the table and the numbers of an A/B that somebody asked for."""
