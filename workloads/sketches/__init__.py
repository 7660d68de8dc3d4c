"""Sketches: answers about many things in little memory, with a known error."""
