"""MediaPipe and what stands around it; the only folder that imports it."""
