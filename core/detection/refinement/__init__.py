"""The parts of the 3D correction: features, learned networks, bones, smoothing over time, live."""
