"""Neurectomy: the four components working together."""
