"""Suites: read, validated, expanded into cases."""
