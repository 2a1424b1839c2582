"""Everyone in a clip: found, followed, and who is who."""
