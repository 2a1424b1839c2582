"""Bodies whose every joint angle is known because they were built from it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.motion.angles import joint_angles
from core.motion.segments import segment_angles
from core.recording import Recording
from core.settings import Settings
from core.skeleton import LANDMARK_INDEX, LANDMARKS

Vector = NDArray[np.float64]
Body = dict[str, Vector]
# The person's left, up and forward, of somebody who faces the camera: x right, y down, z away from the camera.
LEFT, UP, FORWARD = np.array([1.0, 0, 0]), np.array([0, -1.0, 0]), np.array([0, 0, -1.0])


def standing(
    *,
    shoulder: float = 0,
    abduction: float = 0,
    elbow: float = 0,
    wrist: float = 0,
    hip: float = 0,
    knee: float = 0,
    ankle: float = 0,
    neck: float = 0,
) -> Body:
    """Somebody who faces the camera; both sides are bent alike, by so many degrees from the neutral position.

    Arms, thighs and head go forward, shanks backward, toes up; negative ones the other way, so that knees and elbows go
    beyond straight. In the neutral position the arms hang beside the body. `abduction` then turns the straight arms
    outwards, away from the body.
    """

    def forward(degrees: float) -> Vector:
        """Straight down, turned forward."""
        return -UP * math.cos(math.radians(degrees)) + FORWARD * math.sin(math.radians(degrees))

    body: Body = {}
    for side, outwards in (("left", LEFT), ("right", -LEFT)):
        hips = body[f"{side}_hip"] = 0.15 * outwards
        shoulders = body[f"{side}_shoulder"] = hips + 0.5 * UP
        turn = turned_about(FORWARD, abduction if side == "left" else -abduction)
        elbows = body[f"{side}_elbow"] = shoulders + 0.3 * turn @ forward(shoulder)
        wrists = body[f"{side}_wrist"] = elbows + 0.25 * turn @ forward(shoulder + elbow)
        hand = wrists + 0.08 * turn @ forward(shoulder + elbow + wrist)
        across = 0.03 * turn @ outwards
        body[f"{side}_index"], body[f"{side}_pinky"] = hand + across, hand - across
        knees = body[f"{side}_knee"] = hips + 0.42 * forward(hip)
        ankles = body[f"{side}_ankle"] = knees + 0.4 * forward(hip - knee)
        sole = forward(hip - knee + 90 + ankle)
        body[f"{side}_heel"] = ankles + 0.05 * forward(hip - knee) - 0.05 * sole
        body[f"{side}_foot_index"] = body[f"{side}_heel"] + 0.22 * sole
        ears = body[f"{side}_ear"] = 0.5 * UP - 0.2 * forward(-neck) + 0.08 * outwards
        body[f"{side}_eye_outer"] = ears + 0.1 * forward(90 - neck) - 0.03 * outwards
    return body


def bend(u: Vector, degrees: float, roll: float) -> Vector:
    """A unit vector at this angle from the unit vector u; `roll`, in degrees, says in which direction around it."""
    first = np.cross(u, np.eye(len(u))[np.abs(u).argmin()])
    first /= np.linalg.norm(first)
    around = first * math.cos(math.radians(roll)) + np.cross(u, first) * math.sin(math.radians(roll))
    return np.asarray(u * math.cos(math.radians(degrees)) + around * math.sin(math.radians(degrees)))


def bent(angle_deg: Mapping[str, float], roll: Mapping[str, float]) -> Body:
    """A body with this `angle_deg` at every limb joint and the neck, each bent in its own direction.

    Nobody could stand like that, but each angle is exactly what was asked for.
    """
    body: Body = {}
    for side, outwards in (("left", LEFT), ("right", -LEFT)):

        def turned(u: Vector, joint: str, side: str = side) -> Vector:
            return bend(u, angle_deg[f"{side}_{joint}"], roll[f"{side}_{joint}"])

        hips = body[f"{side}_hip"] = 0.15 * outwards
        shoulders = body[f"{side}_shoulder"] = hips + 0.5 * UP
        upper_arm = turned(-UP, "shoulder")
        elbows = body[f"{side}_elbow"] = shoulders + 0.3 * upper_arm
        forearm = turned(-upper_arm, "elbow")
        wrists = body[f"{side}_wrist"] = elbows + 0.25 * forearm
        knuckles = wrists + 0.1 * turned(-forearm, "wrist")
        body[f"{side}_index"], body[f"{side}_pinky"] = knuckles + 0.03 * UP, knuckles - 0.03 * UP
        thigh = turned(UP, "hip")
        knees = body[f"{side}_knee"] = hips + 0.42 * thigh
        shank = turned(-thigh, "knee")
        ankles = body[f"{side}_ankle"] = knees + 0.4 * shank
        body[f"{side}_heel"] = ankles + 0.06 * shank
        body[f"{side}_foot_index"] = body[f"{side}_heel"] + 0.22 * turned(-shank, "ankle")
    head = 0.5 * UP + 0.2 * bend(-UP, angle_deg["neck"], roll["neck"])
    body["left_ear"], body["right_ear"] = head + 0.08 * LEFT, head - 0.08 * LEFT
    return body


def turned_about(axis: Vector, degrees: float) -> NDArray[np.float64]:
    """The matrix that turns column vectors about an axis (Rodrigues)."""
    x, y, z = axis / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(
        np.eye(3) + math.sin(math.radians(degrees)) * cross + (1 - math.cos(math.radians(degrees))) * cross @ cross
    )


def moved(body: Body, matrix: NDArray[np.float64] | None = None, scale: float = 1, shift: Vector | float = 0) -> Body:
    turn = np.eye(3) if matrix is None else matrix
    return {name: scale * turn @ point + shift for name, point in body.items()}


def mirrored(body: Body) -> Body:
    """As in a mirror in which right becomes left: the raised left arm is now the raised right one."""
    swap = str.maketrans({"<": "left", ">": "right"})
    names = {name: name.replace("left", ">").replace("right", "<").translate(swap) for name in body}
    return {names[name]: point * np.array([-1, *[1] * (len(point) - 1)]) for name, point in body.items()}


def recorded(*people: Body, width: int = 640, height: int = 480) -> Recording:
    """One frame. Bodies with three coordinates are in metres, those with two in pixels; what is not told is NaN."""
    shape = (1, len(people), len(LANDMARKS))
    world, image = np.full((*shape, 3), np.nan, np.float32), np.full((*shape, 3), np.nan, np.float32)
    for person, body in enumerate(people):
        for name, point in body.items():
            space = world if len(point) == 3 else image
            space[0, person, LANDMARK_INDEX[name], : len(point)] = point
    return Recording(
        time=np.zeros(1),
        world=world,
        image=image,
        visibility=np.ones(shape, np.float32),
        presence=np.ones(shape, np.float32),
        width=width,
        height=height,
        frame_rate=0.0,
        source="made by hand",
        settings=Settings(),
    )


def filmed(bodies: Sequence[Body | None]) -> Recording:
    """One person over time, a frame every 40 ms; None where they were not found."""
    frames = [recorded(body or {}) for body in bodies]
    arrays = {
        name: np.concatenate([getattr(frame, name) for frame in frames])
        for name in ("image", "world", "visibility", "presence")
    }
    return dataclasses.replace(frames[0], time=0.04 * np.arange(len(frames)), frame_rate=25.0, **arrays)


def angles_of(body: Body, reading: str = "angle_deg", space: str = "world") -> dict[str, float]:
    table = joint_angles(recorded(body), space)
    return dict(zip(table["joint"], table[reading], strict=True))


def segments_of(body: Body, reading: str = "vertical_deg", space: str = "world") -> dict[str, float]:
    table = segment_angles(recorded(body), space)
    return dict(zip(table["segment"], table[reading], strict=True))
