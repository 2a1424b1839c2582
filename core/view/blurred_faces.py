"""Faces made unrecognisable: of everyone found, seen well or badly, drawn or not."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from core.recording import Recording
from core.skeleton import BODY_PARTS, LANDMARK_INDEX
from core.view.overlay_shapes import Floats, Picture

_HEAD = list(BODY_PARTS["head"])
_EYES = [LANDMARK_INDEX["left_eye"], LANDMARK_INDEX["right_eye"]]
_MOUTH = [LANDMARK_INDEX["mouth_left"], LANDMARK_INDEX["mouth_right"]]
_SHOULDERS = [LANDMARK_INDEX["left_shoulder"], LANDMARK_INDEX["right_shoulder"]]
_HIPS = [LANDMARK_INDEX["left_hip"], LANDMARK_INDEX["right_hip"]]
# The landmarks span from ear to ear and from the eyes to the mouth: forehead, hair and chin lie outside.
_ACROSS, _ALONG = 1.7, 2.2
# A head is about a quarter as wide as the trunk is long or the shoulders are broad. Seen in a bad angle or small, the
# landmarks of a face may fall into one point.
_OF_BODY, _SMALLEST_PX = 0.26, 8.0
# Somebody who is lost for a moment is still there.
_HELD_S, _LONGEST_GAP_S = 0.5, 2.0
_CELLS = 5


class BlurredFaces:
    """Blurs the faces of a recording's people in its pictures.

    Where somebody was not found for up to 2 s, the place is taken between the two known ones; before the first and
    after the last time it is held for half a second. People who were never found cannot be blurred.
    """

    def __init__(self, recording: Recording) -> None:
        faces = face_ellipses(recording)
        step_s = float(np.max(np.diff(recording.time), initial=0.0))
        self._longest_gap_s = max(_LONGEST_GAP_S, 2 * step_s)
        known = [np.isfinite(faces[:, person]).all(axis=-1) for person in range(recording.people)]
        self._tracks = [(recording.time[k], faces[k, person]) for person, k in enumerate(known) if k.any()]

    def blur(self, rgb: NDArray[np.uint8], time_s: float) -> Picture:
        """A new picture, or the same one where there is no face.

        Args:
            rgb: (height, width, 3) uint8, as large as the recording says; it is not altered.
            time_s: seconds from the clip's first frame.
        """
        places = [self._at(times, faces, time_s) for times, faces in self._tracks]
        found = [place for place in places if place is not None]
        if not found:
            return rgb
        picture = np.array(rgb, order="C")
        for place in found:
            _blur_ellipse(picture, place)
        return picture

    def _at(self, times: Floats, faces: Floats, time_s: float) -> Floats | None:
        after = int(np.searchsorted(times, time_s))
        before_s = time_s - times[after - 1] if after else np.inf
        after_s = times[after] - time_s if after < len(times) else np.inf
        if min(before_s, after_s) > _HELD_S and before_s + after_s > self._longest_gap_s:
            return None
        place = np.array([np.interp(time_s, times, column) for column in faces.T])
        # The farther from the last sight, the less is known about where the face is.
        unsure_s = min(before_s, after_s, _HELD_S)
        place[2:4] *= 1 + unsure_s
        return place


def face_ellipses(recording: Recording) -> Floats:
    """(T, P, 6): centre x, y; half axes across and along the face; direction x, y from mouth to eyes. Pixels.

    NaN where somebody was not found. Visibility plays no part.
    """
    image = recording.image[..., :2].astype(np.float64)
    head = image[:, :, _HEAD]
    # fmin and fmax pass over single landmarks that are missing.
    centre = (np.fmin.reduce(head, axis=2) + np.fmax.reduce(head, axis=2)) / 2
    spread = np.fmax.reduce(np.linalg.norm(head - centre[:, :, None], axis=-1), axis=2)
    trunk = np.linalg.norm(image[:, :, _SHOULDERS].mean(axis=2) - image[:, :, _HIPS].mean(axis=2), axis=-1)
    shoulders = np.linalg.norm(image[:, :, _SHOULDERS[0]] - image[:, :, _SHOULDERS[1]], axis=-1)
    smallest = np.fmax(_OF_BODY * np.fmax(trunk, shoulders), _SMALLEST_PX)
    up = image[:, :, _EYES].mean(axis=2) - image[:, :, _MOUTH].mean(axis=2)
    across = np.maximum(_ACROSS * spread, smallest)
    along = np.maximum(_ALONG * spread, 1.3 * smallest)
    length = np.linalg.norm(up, axis=-1, keepdims=True)
    direction = np.where(length > 0, up / np.where(length > 0, length, 1), [0.0, -1.0])
    direction[np.isnan(centre)] = np.nan
    return np.concatenate([centre, across[..., None], along[..., None], direction], axis=-1)


def _blur_ellipse(picture: Picture, place: Floats) -> None:
    height, width = picture.shape[:2]
    x, y, across, along, up_x, up_y = place.tolist()
    reach = max(across, along)
    left, right = (int(np.clip(edge, 0, width)) for edge in (np.floor(x - reach), np.ceil(x + reach)))
    top, bottom = (int(np.clip(edge, 0, height)) for edge in (np.floor(y - reach), np.ceil(y + reach)))
    if left >= right or top >= bottom:
        return
    area = picture[top:bottom, left:right]
    # A handful of means is all that is kept of the face, and nothing gets it back from them.
    cells = cv2.resize(area, (_CELLS, _CELLS), interpolation=cv2.INTER_AREA)
    smooth = cv2.resize(cells, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)
    inside = np.zeros(area.shape[:2], np.uint8)
    turned_deg = float(np.degrees(np.arctan2(up_y, up_x)))
    cv2.ellipse(inside, ((x - left, y - top), (2 * along, 2 * across), turned_deg), 255, cv2.FILLED)
    area[inside > 0] = smooth[inside > 0]
