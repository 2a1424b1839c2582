"""Recordings as files: one file a format, each a function that gives bytes."""
