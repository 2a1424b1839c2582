"""A coach for the camera: what to change about where it stands, told from a recording as data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.motion.angles import coordinates
from core.motion.level import levelled_deg
from core.motion.lines import angle_between_deg
from core.motion.picture_quality import luminance, sharpness
from core.recording import Recording
from core.skeleton import BODY_PARTS, LANDMARK_INDEX

KINDS: tuple[str, ...] = ("view", "too_small", "too_near", "cut_off", "camera_tilted", "too_dark", "blurred")
VIEWS: tuple[str, ...] = ("front", "three_quarter", "side", "back")
EDGES: tuple[str, ...] = ("left", "right", "top", "bottom")
TURNS: tuple[str, ...] = ("clockwise", "anticlockwise")
SEVERITIES: tuple[str, ...] = ("note", "warning")

# Up to here a movement in the body's own front or side plane is shortened by less than 10 % (the cosine of 25 degrees).
SQUARE_ON_DEG = 25.0
# Six sharp, well-lit pictures of people made smaller step by step: at 120 px the angles of the full model moved by 1 to
# 3 degrees in five of them (median over the joints), at 80 px by up to 6, at 50 px by up to 12 or nobody was found.
SMALLEST_HEIGHT_PX = 100.0
# Nearer than this a raised arm or a step leaves the picture.
LARGEST_SHARE = 0.9
# A landmark this near to the edge, as a share of the side, is as good as outside; one that the detector does not
# believe to be in the picture may be a little further inside.
EDGE_SHARE, DOUBTED_EDGE_SHARE = 0.01, 0.05
# A part that is cut off in fewer frames than this is only swinging out.
CUT_OFF_FRAMES = 0.2
# People who stand lean by 2 to 3 degrees. 5 degrees of roll are 5 degrees in every angle against the vertical.
TILT_DEG = 5.0
# More is no tilted camera but somebody lying or falling, or a picture on its side.
_LARGEST_TILT_DEG = 30.0
# Standing: knees and hips at least so straight (raw 3D shows straight knees 20 degrees bent), both feet on the floor.
_STRAIGHT_DEG = 150.0
_FEET_APART = 0.12  # in height, as a share of the body's
_LEAN_ALIKE_DEG = 5.0
# The same pictures darkened: around 40 the angles moved by up to 12 degrees, at 25 the first person was lost.
SMALLEST_LUMINANCE = 40.0
# The same pictures blurred: a Gaussian of 0.5 % of the body's height leaves 0.013 and more (0.007 in one of six) and
# moves the angles by up to 5 degrees, one of 1 % leaves at most 0.007 and moves them by up to 14; with 2 % most people
# are lost.
SMALLEST_SHARPNESS = 0.01

_SHOULDERS = [LANDMARK_INDEX["left_shoulder"], LANDMARK_INDEX["right_shoulder"]]
_HIPS = [LANDMARK_INDEX["left_hip"], LANDMARK_INDEX["right_hip"]]
_KNEES = [LANDMARK_INDEX["left_knee"], LANDMARK_INDEX["right_knee"]]
_ANKLES = [LANDMARK_INDEX["left_ankle"], LANDMARK_INDEX["right_ankle"]]
_FEET = [[LANDMARK_INDEX[f"{side}_{part}"] for part in ("heel", "foot_index")] for side in ("left", "right")]


@dataclass(frozen=True)
class Advice:
    """One thing about the camera.

    Attributes:
        kind: one of KINDS.
        severity: "note" for what is good to know, "warning" for what makes angles worse.
        values: what the sentence names: numbers with their units in the name, words from VIEWS, EDGES, TURNS and
            BODY_PARTS.
    """

    kind: str
    severity: str
    values: dict[str, object]


def camera_advice(
    recording: Recording, person: int = 0, rgb: NDArray[np.uint8] | None = None, rgb_frame: int = 0
) -> list[Advice]:
    """What to change about the camera, in the order of KINDS.

    Over a clip medians count, so that nothing is said about single frames.

    Args:
        recording: T frames, P people, as it is measured: a tilt that has been taken out (`core.motion.level`) is not
            complained of, and from where somebody is seen is told on level ground.
        person: whom it is about.
        rgb: the picture (H, W, 3) of one of the frames; without it nothing is said about light and blur.
        rgb_frame: of which frame.

    Returns:
        At most one advice of each kind; none where the person was never found. `values` hold:
        view: `view` (one of VIEWS), `view_deg` (0 from the front, 90 from the side, 180 from behind);
        too_small: `height_px`, `limit_px`; too_near: `share_percent` of the picture's height or width;
        cut_off: `edges`, `parts` (tuples); camera_tilted: `roll_deg` and `turn`, how to turn the camera, as seen by
        whoever stands behind it; too_dark: `luminance` (0 to 255); blurred: `sharpness`.
    """
    found = np.flatnonzero(np.isfinite(recording.image[:, person, :, :2]).any(axis=(1, 2)))
    if not len(found):
        return []
    advice = [
        _view(recording, person),
        *_size(recording, person),
        _cut_off(recording, person),
        _tilt(recording, person),
    ]
    too_small = any(each is not None and each.kind == "too_small" for each in advice)
    if rgb is not None:
        advice += _picture(recording.image[rgb_frame, person, :, :2], rgb, judge_blur=not too_small)
    return [each for each in advice if each is not None]


def view_angles_deg(recording: Recording, person: int = 0) -> NDArray[np.float64]:
    """From where the body is seen: 0 from the front, 90 from either side, 180 from behind.

    The angle, seen from above, between where the trunk faces and the camera. The trunk faces at right angles to the
    lines from the left to the right shoulder and hip, which count alike. The camera is taken to be straight ahead:
    for somebody at the picture's edge it is off by up to half the lens's angle of view.

    Returns:
        (T,) degrees; NaN where the person was not found and where those lines are steep (lying on one side), so that
        above and around mean nothing.
    """
    points = coordinates(recording, recording.spaces[0])[:, person]
    axis = np.zeros((recording.frames, 3))
    with np.errstate(invalid="ignore", divide="ignore"):
        for left, right in (_SHOULDERS, _HIPS):
            line = points[:, right] - points[:, left]
            axis += line / np.linalg.norm(line, axis=-1, keepdims=True)
        steep = np.abs(axis[:, 1]) > np.hypot(axis[:, 0], axis[:, 2])
    # Up is -y, so facing is (-axis z, axis x) in (x, z), and the camera looks along +z.
    view = np.degrees(np.arctan2(np.abs(axis[:, 2]), -axis[:, 0]))
    return np.where(steep, np.nan, view)


def _view(recording: Recording, person: int) -> Advice | None:
    view_deg = view_angles_deg(recording, person)
    if not np.isfinite(view_deg).any():
        return None
    middle = float(np.nanmedian(view_deg))
    if middle <= SQUARE_ON_DEG:
        view = "front"
    elif middle >= 180 - SQUARE_ON_DEG:
        view = "back"
    else:
        view = "side" if abs(middle - 90) <= SQUARE_ON_DEG else "three_quarter"
    return Advice("view", "note", {"view": view, "view_deg": middle})


def _size(recording: Recording, person: int) -> list[Advice]:
    points = recording.image[:, person, :, :2]
    there = points[np.isfinite(points).all(axis=(1, 2))]
    if not len(there):
        return []
    extent_px = np.median(np.ptp(there, axis=1), axis=0)
    share = float((extent_px / (recording.width, recording.height)).max())
    advice = []
    if extent_px.max() < SMALLEST_HEIGHT_PX:
        values: dict[str, object] = {"height_px": float(extent_px.max()), "limit_px": SMALLEST_HEIGHT_PX}
        advice.append(Advice("too_small", "warning", values))
    if share > LARGEST_SHARE:
        advice.append(Advice("too_near", "warning", {"share_percent": 100 * share}))
    return advice


def _cut_off(recording: Recording, person: int) -> Advice | None:
    x, y = np.moveaxis(recording.image[:, person, :, :2], -1, 0) / np.array(
        [recording.width, recording.height], np.float32
    ).reshape(2, 1, 1)
    found = np.isfinite(x).any(axis=1)
    margin = np.where(recording.presence[:, person] < 0.5, DOUBTED_EDGE_SHARE, EDGE_SHARE)
    beyond = np.stack([x < margin, x > 1 - margin, y < margin, y > 1 - margin])[:, found]  # (4, frames, 33)
    often = beyond.mean(axis=1) > CUT_OFF_FRAMES
    if not often.any():
        return None
    landmarks = np.flatnonzero(often.any(axis=0))
    return Advice(
        "cut_off",
        "warning",
        {
            "edges": tuple(edge for edge, there in zip(EDGES, often.any(axis=1), strict=True) if there),
            "parts": tuple(part for part, members in BODY_PARTS.items() if np.isin(landmarks, members).any()),
        },
    )


def _tilt(recording: Recording, person: int) -> Advice | None:
    """How far the picture leans, from people who stand.

    Somebody who stands still has hips and shoulders above the middle of the feet. Silent where the person does not
    stand on both feet, with straight legs and the trunk in line with them, in at least a fifth of the frames; and for
    more than 30 degrees. It cannot tell a tilted camera from somebody who leans with the whole body, as against a wall
    or on a slope.
    """
    points = recording.image[:, person, :, :2].astype(np.float64)
    shoulders, hips = points[:, _SHOULDERS].mean(axis=1), points[:, _HIPS].mean(axis=1)
    feet = points[:, _FEET].mean(axis=2)  # (T, left and right, 2)
    legs_deg, trunk_deg = (_lean_deg(line) for line in (hips - feet.mean(axis=1), shoulders - hips))
    lean = shoulders - feet.mean(axis=1)
    lean_deg = _lean_deg(lean)
    standing = _legs_straight(recording, person) & (np.abs(lean_deg) < _LARGEST_TILT_DEG)
    # A tilted camera leans legs and trunk alike; a body that leans in the hips leans them differently.
    standing &= np.abs(legs_deg - trunk_deg) < _LEAN_ALIKE_DEG
    # Along the body and not along the picture, or a tilted camera would lift one foot.
    along = lean / np.linalg.norm(lean, axis=-1, keepdims=True)
    lifted = np.abs(((feet[:, 0] - feet[:, 1]) * along).sum(axis=-1))
    standing &= lifted < _FEET_APART * np.ptp(points, axis=1).max(axis=-1)
    found = np.isfinite(lean_deg)
    if not standing.any() or standing.sum() < CUT_OFF_FRAMES * found.sum():
        return None
    # What is known and has been taken out needs no mending. A camera with positive roll leans people to the left.
    roll_deg = float(np.median(lean_deg[standing])) + levelled_deg(recording)[1]
    if abs(roll_deg) < TILT_DEG:
        return None
    turn = TURNS[0] if roll_deg > 0 else TURNS[1]
    return Advice("camera_tilted", "warning", {"roll_deg": abs(roll_deg), "turn": turn})


def _lean_deg(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far lines (T, 2) of the picture lean from straight up, to the right positive."""
    return np.asarray(np.degrees(np.arctan2(line[:, 0], -line[:, 1])))


def _legs_straight(recording: Recording, person: int) -> NDArray[np.bool_]:
    """(T,), whether both knees and both hips are nearly straight."""
    points = coordinates(recording, recording.spaces[0])[:, person]
    knees = angle_between_deg(points[:, _HIPS] - points[:, _KNEES], points[:, _ANKLES] - points[:, _KNEES])
    hips = angle_between_deg(points[:, _SHOULDERS] - points[:, _HIPS], points[:, _KNEES] - points[:, _HIPS])
    return np.asarray((np.minimum(knees, hips) >= _STRAIGHT_DEG).all(axis=-1))


def _picture(points: NDArray[np.float32], rgb: NDArray[np.uint8], judge_blur: bool) -> list[Advice]:
    height, width = rgb.shape[:2]
    if not np.isfinite(points).all():
        return []
    left, top = np.clip(points.min(axis=0), 0, (width, height)).astype(int)
    right, bottom = np.clip(np.ceil(points.max(axis=0)), 0, (width, height)).astype(int)
    box = rgb[top:bottom, left:right]
    if min(box.shape[:2]) < 2:
        return []
    advice = []
    if (light := luminance(box)) < SMALLEST_LUMINANCE:
        advice.append(Advice("too_dark", "warning", {"luminance": light}))
    if judge_blur and (sharp := sharpness(box)) < SMALLEST_SHARPNESS:
        advice.append(Advice("blurred", "warning", {"sharpness": sharp}))
    return advice
