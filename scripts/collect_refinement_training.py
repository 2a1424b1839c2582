"""Make scripts/data/refinement_training.npz: what MediaPipe says of rendered bodies, beside the exact truth.

    python -m scripts.collect_refinement_training PICTURES PAIRS_NPZ OUT_NPZ

PICTURES is a folder of rendered bodies (NAME.jpg), PAIRS_NPZ holds their truth (docs/refinement.md says how both were
made). Every picture is looked at several times: as it is, and as other cameras would have taken it - turned, nearer,
mirrored, in other light, blurred, grainy, partly covered. A turn of the camera about its own centre changes a picture
by a homography, so the truth of these stays exact. The result depends on MediaPipe's version and on nothing random.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.analysis import analyse_image
from core.settings import Settings
from core.skeleton import MIRRORED

# What OpenCV gives and takes: (H, W, 3), blue first.
Picture = NDArray[Any]
MODELS = ("lite", "full", "heavy")
# Variant 0 is the picture itself; from CUT_OFF on the camera is so near that part of the body is outside the picture.
VARIANTS, CUT_OFF = 11, 7
# Largest turns of the camera, in degrees: roll, and pitch and yaw.
ROLL_DEG, TURN_DEG = 25.0, 8.0


def collect(pictures: Path, pairs: Any) -> dict[str, NDArray[Any]]:
    """MediaPipe's answers for all variants of these pictures; a variant in which a model saw nobody is NaN there."""
    rows: list[dict[str, Any]] = []
    for place, name in enumerate(pairs["name"]):
        bgr = cv2.imread(str(pictures / f"{name}.jpg"))
        if bgr is None:
            raise FileNotFoundError(pictures / f"{name}.jpg")
        truth, camera = pairs["truth_cam_m"][place], pairs["camera_matrix"][place]
        for variant in range(VARIANTS):
            rng = np.random.default_rng([place, variant])
            seen, points = (
                (bgr, truth) if variant == 0 else as_seen_otherwise(bgr, truth, camera, rng, variant >= CUT_OFF)
            )
            rows.append({"name": name, "variant": variant, "truth_cam_m": points, **answers(seen)})
    return {key: np.array([row[key] for row in rows]) for key in rows[0]}


def answers(bgr: Picture) -> dict[str, NDArray[np.float32]]:
    """Image and world landmarks, visibility and presence of the one person, for each model."""
    rgb = np.ascontiguousarray(bgr[..., ::-1])
    out = {}
    for model in MODELS:
        found = analyse_image(rgb, Settings(model=model, people="one"))
        whole = np.full((33, 8), np.nan, np.float32)
        if found.people:
            certain = np.stack([found.visibility[0, 0], found.presence[0, 0]], axis=-1)
            whole = np.concatenate([found.image[0, 0], found.world[0, 0], certain], axis=-1)
        out[model] = whole
    return out


def as_seen_otherwise(
    bgr: Picture, truth: NDArray[np.float32], camera: NDArray[np.float32], rng: np.random.Generator, near: bool
) -> tuple[Picture, NDArray[np.float32]]:
    """The picture from a turned and zoomed camera in other light, and the truth in that camera's frame."""
    turn = camera_turn(rng)
    # The turned camera looks at the body's middle or beside it.
    scale = float(rng.uniform(2.2, 4.5) if near else rng.uniform(1.2, 2.4))
    beside = np.array([0.25, 0.4] if near else [0.12, 0.08])
    height, width = bgr.shape[:2]
    size = (round(width * 1.5), round(height * 1.5))
    zoomed = np.array([[camera[0, 0] * scale, 0, size[0] / 2], [0, camera[1, 1] * scale, size[1] / 2], [0, 0, 1]])
    middle = turn @ truth.mean(axis=0)
    zoomed[0, 2] += size[0] * beside[0] * rng.uniform(-1, 1) - zoomed[0, 0] * middle[0] / middle[2]
    zoomed[1, 2] += size[1] * beside[1] * rng.uniform(-1, 1) - zoomed[1, 1] * middle[1] / middle[2]
    homography = zoomed @ turn @ np.linalg.inv(camera)
    seen = cv2.warpPerspective(bgr, homography, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    points = truth @ turn.T.astype(np.float32)
    if rng.random() < 0.5:
        seen = seen[:, ::-1]
        points = points[list(MIRRORED)] * np.array([-1, 1, 1], np.float32)
    return in_other_light(seen, rng), points.astype(np.float32)


def camera_turn(rng: np.random.Generator) -> NDArray[np.float64]:
    """A rotation matrix: some roll, a little pitch and yaw."""
    about_x, about_y = np.radians(rng.uniform(-TURN_DEG, TURN_DEG, 2))
    about_z = np.radians(rng.uniform(-ROLL_DEG, ROLL_DEG))
    return np.asarray(cv2.Rodrigues(np.array([0, 0, about_z]))[0] @ cv2.Rodrigues(np.array([about_x, about_y, 0]))[0])


def in_other_light(bgr: Picture, rng: np.random.Generator) -> Picture:
    """Other brightness, contrast and tint, perhaps mirrored colours' order, blur, grain, and something in front."""
    picture: Picture = bgr.astype(np.float32) / 255
    if rng.random() < 0.3:
        picture = picture[..., rng.permutation(3)]
    if rng.random() < 0.2:
        picture = np.repeat(picture.mean(axis=-1, keepdims=True), 3, axis=-1)
    picture = np.clip(picture, 0, 1) ** rng.uniform(0.6, 1.7) * rng.uniform(0.85, 1.1, 3)
    if rng.random() < 0.4:
        picture = cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.5, 2.5)))
    picture = picture + rng.normal(0, rng.uniform(0, 0.06), picture.shape)
    if rng.random() < 0.15:
        height, width = picture.shape[:2]
        x, y = rng.integers(0, width - 60), rng.integers(height // 4, height - 60)
        picture[y : y + rng.integers(30, 120), x : x + rng.integers(30, 120)] = rng.random(3)
    return np.clip(picture * 255, 0, 255).astype(np.uint8)


def compact(found: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The same as small whole numbers; the units stand in the names. Where nobody was seen there are zeros."""
    every = np.stack([found[model] for model in MODELS])  # (models, looks, 33, 8)
    answered = np.isfinite(every[..., 0, 0])
    every = np.nan_to_num(every)
    return {
        "name": found["name"],
        "variant": found["variant"].astype(np.uint8),
        "answered": answered,
        "image_4th_px": np.round(every[..., :3] * 4).astype(np.int16),
        "world_mm": np.round(every[..., 3:6] * 1e3).astype(np.int16),
        "visibility_255th": np.round(every[..., 6] * 255).astype(np.uint8),
        "truth_mm": np.round(found["truth_cam_m"] * 1e3).astype(np.int16),
    }


def main() -> None:
    """Collect everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    with np.load(arguments.pairs) as pairs:
        truth = {key: pairs[key] for key in ("name", "truth_cam_m", "camera_matrix")}
    arrays: dict[str, Any] = compact(collect(arguments.pictures, truth))
    np.savez_compressed(arguments.out, **arrays)


if __name__ == "__main__":
    main()
