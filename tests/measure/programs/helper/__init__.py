"""A package of the suite, without the part that is asked for."""
