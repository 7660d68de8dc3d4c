"""The sections of the page in their order, one file per kind."""
