"""Recordings as files: one file a format. Tables, JSON and the video of long clips are written piece by piece."""
