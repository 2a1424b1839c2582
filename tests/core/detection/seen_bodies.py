"""Bodies built by forward kinematics, as a perspective camera and a detector that errs would give them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.motion.angles import angle_between_deg
from core.skeleton import LANDMARK_INDEX, MIRRORED
from tests.core.motion.bodies import FORWARD, UP, Body, standing, turned_about

HIPS = [LANDMARK_INDEX["left_hip"], LANDMARK_INDEX["right_hip"]]
WIDTH, HEIGHT, FOCAL_PX, DISTANCE_M = 480, 640, 560.0, 3.5
# Elbows, shoulders, hips and knees.
TRIPLES = np.array(
    [(11, 13, 15), (12, 14, 16), (13, 11, 23), (14, 12, 24), (11, 23, 25), (12, 24, 26), (23, 25, 27), (24, 26, 28)]
)
Arrays = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]


def all_landmarks(body: Body) -> NDArray[np.float64]:
    """(33, 3): a body of `standing` with the face and the thumbs that it lacks."""
    whole = dict(body)
    between = (body["left_ear"] + body["right_ear"]) / 2
    across = (body["left_ear"] - body["right_ear"]) / 2
    forward = np.cross(across, UP) / np.linalg.norm(across)
    forward *= np.sign(forward @ FORWARD) or 1
    whole["nose"] = between + 0.1 * forward
    for side, sign in (("left", 1), ("right", -1)):
        for part, place in (("eye_inner", 0.2), ("eye", 0.4), ("eye_outer", 0.6)):
            whole[f"{side}_{part}"] = between + 0.08 * forward + 0.03 * UP + sign * place * across
        whole[f"mouth_{side}"] = between + 0.08 * forward - 0.05 * UP + sign * 0.3 * across
        whole[f"{side}_thumb"] = (body[f"{side}_wrist"] + body[f"{side}_index"]) / 2 + 0.02 * forward
    return np.array([whole[name] for name in LANDMARK_INDEX])


def poses(count: int, seed: int = 0) -> NDArray[np.float64]:
    """(count, 33, 3) metres from between the hips: people bent in many ways, turned about the vertical."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        hip = rng.uniform(0, 100)
        body = standing(
            shoulder=rng.uniform(-20, 150),
            elbow=rng.uniform(0, 120),
            hip=hip,
            knee=rng.uniform(0.5, 1) * hip,
            ankle=rng.uniform(-10, 20),
            neck=rng.uniform(-10, 20),
        )
        points = all_landmarks(body) @ turned_about(UP, rng.uniform(-180, 180)).T
        made.append(points - points[HIPS].mean(axis=0))
    return np.array(made)


def seen(truth: NDArray[np.float64], seed: int = 0, noise: float = 1.0) -> Arrays:
    """Image (N, 1, 33, 3), world (N, 1, 33, 3) and visibility (N, 1, 33) of N true bodies.

    Errs like MediaPipe, by 14 degrees on average: little in the picture, much in the depth of the world landmarks,
    which are too flat as well.
    """
    rng = np.random.default_rng(seed)
    camera = truth + np.array([0, 0, DISTANCE_M])
    px = camera[..., :2] / camera[..., 2:] * FOCAL_PX + np.array([WIDTH / 2, HEIGHT / 2])
    px += noise * rng.normal(0, 1.5, px.shape)
    flat = np.array([1, 1, 1 - 0.4 * noise])
    world = truth * flat + noise * rng.normal(0, 1, truth.shape) * np.array([0.03, 0.03, 0.08])
    world -= world[:, HIPS].mean(axis=1, keepdims=True)
    image = np.concatenate([px, world[..., 2:] * FOCAL_PX / DISTANCE_M], axis=-1)
    visibility = np.full((len(truth), 1, 33), 0.97, np.float32)
    return image[:, None].astype(np.float32), world[:, None].astype(np.float32), visibility


def mirrored_view(arrays: Arrays) -> Arrays:
    """The same as if the picture had been mirrored."""
    image, world, visibility = (array[:, :, list(MIRRORED)].copy() for array in arrays)
    image[..., 0] = WIDTH - image[..., 0]
    world[..., 0] *= -1
    return image, world, visibility


def angles_deg(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """(..., 33, 3) to (..., 8)."""
    start, joint, end = (points[..., TRIPLES[:, column], :].astype(np.float64) for column in range(3))
    return angle_between_deg(start - joint, end - joint)


def bone_lengths(points: NDArray[np.floating]) -> dict[str, NDArray[np.float64]]:
    """Upper arms, forearms, thighs and shanks, by name."""
    bones = {"upper_arm": ("shoulder", "elbow"), "forearm": ("elbow", "wrist"), "thigh": ("hip", "knee")}
    bones["shank"] = ("knee", "ankle")
    return {
        f"{side}_{bone}": np.linalg.norm(
            points[..., LANDMARK_INDEX[f"{side}_{end}"], :] - points[..., LANDMARK_INDEX[f"{side}_{start}"], :], axis=-1
        )
        for bone, (start, end) in bones.items()
        for side in ("left", "right")
    }
