"""Clips of bodies in motion, built by forward kinematics and seen by a camera with perspective."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from core.recording import Recording
from core.settings import Settings
from core.skeleton import LANDMARK_INDEX, LANDMARKS
from tests.core.motion.bodies import FORWARD, LEFT, UP, Body, turned_about

Limb = dict[str, float]


def body(left: Limb, right: Limb) -> Body:
    """Somebody who faces the camera, each side with its own angles in degrees: hip, knee, shoulder, elbow, and apart,
    by which arm and leg are spread sideways.
    """
    points: Body = {}
    for side, outwards, limb in (("left", LEFT, left), ("right", -LEFT, right)):
        spread = turned_about(FORWARD, math.copysign(limb.get("apart", 0), -outwards[0]))

        def down(degrees: float, spread: np.ndarray = spread) -> np.ndarray:
            return spread @ (-UP * math.cos(math.radians(degrees)) + FORWARD * math.sin(math.radians(degrees)))

        hip, shoulder = limb.get("hip", 0), limb.get("shoulder", 0)
        points[f"{side}_hip"] = 0.1 * outwards
        points[f"{side}_shoulder"] = 0.18 * outwards + 0.5 * UP
        points[f"{side}_elbow"] = points[f"{side}_shoulder"] + 0.3 * down(shoulder)
        forearm = down(shoulder + limb.get("elbow", 0))
        points[f"{side}_wrist"] = points[f"{side}_elbow"] + 0.25 * forearm
        for name, away in (("index", -0.02), ("pinky", 0.02), ("thumb", -0.04)):
            points[f"{side}_{name}"] = points[f"{side}_wrist"] + 0.08 * forearm + away * outwards
        points[f"{side}_knee"] = points[f"{side}_hip"] + 0.42 * down(hip)
        shank, sole = down(hip - limb.get("knee", 0)), down(hip - limb.get("knee", 0) + 90)
        points[f"{side}_ankle"] = points[f"{side}_knee"] + 0.4 * shank
        points[f"{side}_heel"] = points[f"{side}_ankle"] + 0.05 * shank - 0.05 * sole
        points[f"{side}_foot_index"] = points[f"{side}_heel"] + 0.22 * sole
        points[f"{side}_ear"] = 0.7 * UP + 0.08 * outwards
        for name, out in (("eye_inner", 0.015), ("eye", 0.03), ("eye_outer", 0.045)):
            points[f"{side}_{name}"] = 0.74 * UP + out * outwards + 0.09 * FORWARD
        points[f"mouth_{side}"] = 0.64 * UP + 0.025 * outwards + 0.09 * FORWARD
    points["nose"] = 0.69 * UP + 0.12 * FORWARD
    return points


def filmed(
    time_s: np.ndarray,
    pose: Callable[[float], Body],
    *,
    view_deg: float | Callable[[float], float] = 0.0,
    place_m: Callable[[float], tuple[float, float]] = lambda time_s: (0.0, 4.0),
    noise_m: float = 0.0,
    roll_deg: float = 0.0,
    focal_px: float = 1000.0,
    size: tuple[int, int] = (1280, 720),
    seed: int = 0,
) -> Recording:
    """A clip of one person.

    Args:
        time_s: (T,).
        pose: the body, facing the camera, at a time.
        view_deg: how far the person is turned to their left, as seen from above: at 90 their right side is seen.
        place_m: how far to the right and how far away the hips are at a time.
        noise_m: standard deviation of every coordinate, in metres; the same in the picture.
        roll_deg: how far the camera is turned about its axis: the picture leans to the left by as much.
        focal_px: of a pinhole camera whose axis goes through the hips' height.
        size: of the picture.
        seed: of the noise.
    """
    random = np.random.default_rng(seed)
    world = np.full((len(time_s), 1, len(LANDMARKS), 3), np.nan)
    for frame, at in enumerate(time_s):
        degrees = view_deg(at) if callable(view_deg) else view_deg
        turn = turned_about(UP, degrees)
        for name, point in pose(at).items():
            world[frame, 0, LANDMARK_INDEX[name]] = turn @ point
    world -= world[:, :, [23, 24]].mean(axis=2, keepdims=True)
    world += noise_m * random.normal(size=world.shape)
    across, away = np.array([place_m(at) for at in time_s]).T[..., None, None]
    depth = world[..., 2] + away
    x_px, y_px = focal_px * (world[..., 0] + across) / depth, focal_px * world[..., 1] / depth
    cos, sin = math.cos(math.radians(roll_deg)), math.sin(math.radians(roll_deg))
    image = np.stack(
        [
            size[0] / 2 + cos * x_px + sin * y_px,
            size[1] / 2 - sin * x_px + cos * y_px,
            focal_px * world[..., 2] / away,
        ],
        axis=-1,
    )
    leaned = world.copy()
    leaned[..., 0], leaned[..., 1] = (
        cos * world[..., 0] + sin * world[..., 1],
        cos * world[..., 1] - sin * world[..., 0],
    )
    shape = world.shape[:-1]
    return Recording(
        time=np.asarray(time_s, np.float64),
        image=image.astype(np.float32),
        world=leaned.astype(np.float32),
        refined=leaned.astype(np.float32),
        visibility=random.uniform(0.5, 1, shape).astype(np.float32),
        presence=random.uniform(0.8, 1, shape).astype(np.float32),
        width=size[0],
        height=size[1],
        frame_rate=float((len(time_s) - 1) / np.ptp(time_s)) if len(time_s) > 1 else 0.0,
        source="made by hand",
        settings=Settings(),
    )


def walking(time_s: float, cycle_s: float = 1.1) -> Body:
    """Gait: hips and arms swing against each other, the knee bends in swing."""

    def side(phase: float) -> Limb:
        return {
            "hip": 5 + 25 * math.cos(phase),
            "knee": 8 + 28 * (1 - math.cos(phase + 1.6)),
            "shoulder": -20 * math.cos(phase),
            "elbow": 25 - 10 * math.cos(phase),
        }

    phase = 2 * math.pi * time_s / cycle_s
    return body(side(phase), side(phase + math.pi))


def jumping_jack(time_s: float, cycle_s: float = 1.0) -> Body:
    """Arms and legs spread and close; above the head the hands meet."""
    spread = (1 - math.cos(2 * math.pi * time_s / cycle_s)) / 2
    arms = body({"apart": 175 * spread}, {"apart": 175 * spread})
    legs = body({"apart": 28 * spread}, {"apart": 28 * spread})
    low = ("hip", "knee", "ankle", "heel", "foot_index")
    return {name: (legs if name.endswith(low) else arms)[name] for name in arms}


def crossing(time_s: float, cycle_s: float = 2.0) -> Body:
    """Legs and arms swing across each other to the sides: the left foot goes far to the right of the right one."""
    across = 20 * math.sin(2 * math.pi * time_s / cycle_s)
    return body({"apart": -8 - across, "hip": 12, "shoulder": 20}, {"apart": -8 - across, "shoulder": 5})
