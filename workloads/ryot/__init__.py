"""Ryot: text generation with a decoder-only transformer in NumPy."""
