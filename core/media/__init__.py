"""Pictures and clips in: upright RGB with true times, within the limits. Camera frames in; video files out."""
