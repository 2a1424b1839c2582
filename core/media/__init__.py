"""Bytes in, upright RGB pictures out."""
