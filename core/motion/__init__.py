"""Measures of the body."""
