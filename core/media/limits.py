"""How large and how long a clip may be, so that an ordinary computer is not brought to its knees.

They are told beside the upload field (pages/widgets/video_source.py) and in docs/files.md.
"""

from __future__ import annotations

# Width times height. 8K, the most that phones and cameras record, has 33 to 35 million; a frame of them takes 0.1 GB,
# and about twenty are in the works at once.
MOST_PIXELS = 36_000_000
# Analysed at once: an hour at 30 frames a second, half an hour at 60. A longer clip is analysed in parts.
MOST_FRAMES = 108_000
