"""How far angles were from the truth on rendered people: the figures that scripts/measure_angles.py produced."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pandas as pd

from core.recording import SPACES

FIGURES = Path(__file__).parent / "data" / "angle_errors.json"
# Shoulders, elbows, hips and knees together.
FOUR_JOINTS = "four_joints"


@cache
def _figures() -> dict[str, dict[str, dict[str, dict[str, dict[str, float]]]]]:
    figures: dict[str, dict[str, dict[str, dict[str, dict[str, float]]]]] = json.loads(FIGURES.read_text())
    return figures


def measured_errors(model: str, source: str = "pictures") -> pd.DataFrame:
    """The errors of joint angles with one of MediaPipe's models.

    Args:
        model: "lite", "full" or "heavy".
        source: "pictures" or "clips".

    Returns:
        A row for each kind of joint and space, with the columns `joint, space, mean_deg, median_deg, p90_deg, angles`:
        mean, median and 90th percentile of the absolute error in degrees, and of how many angles. The first kind is
        FOUR_JOINTS.
    """
    rows = [
        {
            "joint": joint,
            "space": space,
            "mean_deg": found["mean"],
            "median_deg": found["median"],
            "p90_deg": found["p90"],
            "angles": found["n"],
        }
        for joint, spaces in _figures()[source][model].items()
        for space, found in spaces.items()
    ]
    return pd.DataFrame(rows)


def measured_trust() -> pd.DataFrame:
    """What trust was worth on pictures that it was not calibrated on, all models together.

    Returns:
        A row for each space and step of trust that occurred, with the columns `space, from, to, angles, right_share,
        mean_error_deg`. `right_share` is the share of angles within 10 degrees of the truth.
    """
    tables = [pd.DataFrame(_figures()["trust"][space]).assign(space=space) for space in SPACES]
    columns = ["space", "from", "to", "angles", "right_share", "mean_error_deg"]
    return pd.concat(tables, ignore_index=True).rename(columns={"n": "angles"})[columns]
