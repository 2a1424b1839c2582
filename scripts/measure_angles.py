"""Measure the errors of joint angles on bodies with known truth, and what trust is worth there.

    python -m scripts.measure_angles FOLDER

FOLDER/synthetic holds rendered pictures and clips, each with a .json of where its landmarks are: for a picture
`people[].landmarks[]`, for a clip `per_frame[].landmarks[]`, with `index` and `cam` (metres, camera coordinates). They
must not be those that the 3D correction or trust were learned from. Pictures of several people or of nobody are left
out. Writes core/motion/data/angle_errors.json, which the Methods page shows, and docs/images/trust_calibration.svg.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.analysis import analyse_image, analyse_video
from core.motion.angles import JOINTS, joint_angle_arrays
from core.motion.arrays import kind_of
from core.motion.trust import LEAST_TRUST, RIGHT_WITHIN_DEG
from core.recording import SPACES, Recording
from core.settings import Settings
from scripts.angle_truth import MEASURED, angle_errors_deg
from scripts.reliability_plot import reliability_svg

PROJECT_FOLDER = Path(__file__).resolve().parents[1]
OUT = PROJECT_FOLDER / "core" / "motion" / "data" / "angle_errors.json"
PLOT = PROJECT_FOLDER / "docs" / "images" / "trust_calibration.svg"
MODELS = ("lite", "full", "heavy")
# The joints that everybody asks for, all together, and each kind that the rendered bodies move at all: their ankles,
# wrists and necks are stiff.
FOUR = "four_joints"
FOUR_KINDS = ("shoulder", "elbow", "hip", "knee")
KINDS = (*FOUR_KINDS, "trunk_lean", "pelvis_tilt")
MEASURED_JOINTS = tuple(joint for joint in JOINTS if kind_of(joint) in KINDS)
TRUST_STEPS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)

Floats = NDArray[np.float64]


def pictures(folder: Path) -> Iterator[tuple[Path, Floats]]:
    """Pictures of one person and where its landmarks are, (1, 33, 3)."""
    for path in sorted((folder / "synthetic").glob("*.json")):
        people = json.loads(path.read_text()).get("people", [])
        if len(people) == 1:
            yield path.with_suffix(".png"), np.array([_points(people[0]["landmarks"])])


def clips(folder: Path) -> Iterator[tuple[Path, Floats]]:
    """Clips of one person and where its landmarks are, (T, 33, 3)."""
    for path in sorted((folder / "synthetic").glob("*.mp4")):
        frames = json.loads(path.with_suffix(".json").read_text())["per_frame"]
        yield path, np.array([_points(frame["landmarks"]) for frame in frames])


def _points(landmarks: Sequence[dict[str, Any]]) -> list[list[float]]:
    return [each["cam"] for each in sorted(landmarks, key=lambda each: int(each["index"]))]


class Errors:
    """Errors of joint angles and their trust, gathered body by body."""

    def __init__(self) -> None:
        self._errors: dict[str, list[Floats]] = {space: [] for space in SPACES}
        self._trust: dict[str, list[Floats]] = {space: [] for space in SPACES}

    def add(self, recording: Recording, truth_m: Floats) -> None:
        """The first person of a recording."""
        if not recording.people:
            return
        for space in SPACES:
            errors = angle_errors_deg(recording, truth_m[: recording.frames], space)
            self._errors[space].append(errors[:, [MEASURED.index(joint) for joint in MEASURED_JOINTS]])
            trust = joint_angle_arrays(recording, space).only(MEASURED_JOINTS).trust[:, 0]
            self._trust[space].append(trust.astype(np.float64))

    def of(self, space: str, kinds: Sequence[str]) -> tuple[Floats, Floats]:
        """(M,) errors and trust of these kinds of joints."""
        chosen = [kind_of(joint) in kinds for joint in MEASURED_JOINTS]
        errors, trust = (np.concatenate(parts[space])[:, chosen].ravel() for parts in (self._errors, self._trust))
        known = np.isfinite(errors)
        return errors[known], trust[known]

    def table(self) -> dict[str, dict[str, dict[str, float]]]:
        """For each kind of joint and space mean, median and 90th percentile in degrees, and how many angles."""
        return {
            kind: {space: summary(self.of(space, FOUR_KINDS if kind == FOUR else (kind,))[0]) for space in SPACES}
            for kind in (FOUR, *KINDS)
        }


def summary(errors: Floats) -> dict[str, float]:
    """What a table says of errors in degrees."""
    return {
        "mean": round(float(errors.mean()), 1),
        "median": round(float(np.median(errors)), 1),
        "p90": round(float(np.percentile(errors, 90)), 1),
        "n": len(errors),
    }


def reliability(errors: Floats, trust: Floats) -> list[dict[str, float]]:
    """For each step of trust how many angles there are, which share is right, and how wrong they are on average."""
    rows = []
    for low, high in pairwise(TRUST_STEPS):
        here = (trust >= low) & (trust < high)
        if here.any():
            rows.append(
                {
                    "from": low,
                    "to": high,
                    "n": int(here.sum()),
                    "trust": round(float(trust[here].mean()), 3),
                    "right_share": round(float((errors[here] < RIGHT_WITHIN_DEG).mean()), 3),
                    "mean_error_deg": round(float(errors[here].mean()), 1),
                }
            )
    return rows


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    in_pictures, in_clips = {model: Errors() for model in MODELS}, {model: Errors() for model in MODELS}
    for model in MODELS:
        settings = Settings(model=model, people="one")
        for path, truth in pictures(folder):
            in_pictures[model].add(analyse_image(path, settings), truth)
        for path, truth in clips(folder):
            in_clips[model].add(analyse_video(path, settings), truth)
    trust = {}
    for space in SPACES:
        each = [in_pictures[model].of(space, FOUR_KINDS) for model in MODELS]
        errors, trusts = (np.concatenate(parts) for parts in zip(*each, strict=True))
        trust[space] = reliability(errors, trusts)
        for words, here in (("above 0.8", trusts > 0.8), (f"below {LEAST_TRUST}", trusts < LEAST_TRUST)):
            mean_deg = errors[here].mean() if here.any() else np.nan
            print(f"{space}: trust {words}: {here.sum()} angles, mean error {mean_deg:.1f} deg")
    tables = {model: errors.table() for model, errors in in_pictures.items()}
    figures = {
        "pictures": tables,
        "clips": {model: errors.table() for model, errors in in_clips.items()},
        "trust": trust,
    }
    OUT.write_text(json.dumps(figures, indent=1) + "\n")
    PLOT.parent.mkdir(exist_ok=True)
    PLOT.write_text(reliability_svg(trust, least_trust=LEAST_TRUST))
    for model in MODELS:
        print(model, {space: tables[model][FOUR][space] for space in SPACES})


if __name__ == "__main__":
    main()
