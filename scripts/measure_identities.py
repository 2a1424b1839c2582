"""How well people keep their identity in clips whose truth is known, and how many there are in others.

How to run, from the root of the project:

    python -m scripts.measure_identities [CLIP ...] [--model full]

Without clips: the composed ones of scripts/composed_clips.py, each analysed twice, with one and with two workers.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np

from core import Settings, analyse_video
from scripts.composed_clips import SCENES
from scripts.identity_metrics import identity_score


def main() -> None:
    """Print a table for the composed clips, or for the clips that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="*", type=Path)
    parser.add_argument("--model", default="full")
    options = parser.parse_args()
    settings = Settings(model=options.model, people="all")
    if options.clips:
        for clip in options.clips:
            recording = analyse_video(clip, settings)
            seen = np.isfinite(recording.image[..., 0, 0]).sum(axis=0).tolist()
            print(f"{clip.name}: {recording.frames} frames, frames in which each identity is seen: {seen}")
        return
    print("| clip | identity switches | IDF1 | found | identities | people |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name, make in SCENES.items():
            scene = make()
            clip = scene.write(Path(folder) / "composed.mp4")
            for workers in (1, 2):
                score = identity_score(scene.joints, analyse_video(clip, settings, workers=workers).image)
                figures = f"{score.switches} | {score.idf1:.3f} | {score.found:.3f} | {score.identities}"
                print(f"| {name}, {workers} workers | {figures} | {scene.joints.shape[1]} |")


if __name__ == "__main__":
    main()
