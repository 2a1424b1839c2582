"""The 3D skeleton as a picture, quick enough for every frame of a video.

It shows what `skeleton_figure` shows, without perspective and from a fixed place: x to the right of the picture, depth
away from the camera, height up, and a floor under the lowest point of anybody. The scale is the same in the whole
recording, so that nothing swells or shrinks from frame to frame.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.motion.angles import coordinates
from core.motion.limbs import doubtful_bones
from core.motion.unsure import drawn_people
from core.recording import Recording
from core.skeleton import BONE_SIDES, BONES, LANDMARK_INDEX, SIDE_COLOURS, SIDES
from core.view.overlay_shapes import Colour, Floats, Picture, darker, draw_bar, draw_disc, rgb_of
from core.view.theme import THEMES

_BONES = np.array(BONES)
_HIPS = [LANDMARK_INDEX["left_hip"], LANDMARK_INDEX["right_hip"]]
_HEAD_LANDMARKS = 11
_FLOOR_CELLS = 8
_MARGIN = 0.06
# Enough frames to know how much room a movement takes.
_MOST_FRAMES_MEASURED = 2000
# A landmark that jumps for a moment must not make everything small.
_PERCENTILE = 99.5


class Skeleton3DFrame:
    """Draws the people of a recording in three dimensions, frame by frame.

    Args:
        recording: all frames; it sets the scale.
        width, height: of the picture, in pixels.
        people: which people; all but unsure finds (`core.motion.unsure`) if None.
        space: "refined" or "world" in metres, or "image" in pixels; the recording's best if None. In metres everyone
            has the origin between their own hips; several people are set side by side as they stand in the picture.
        azimuth_deg: how far the view is turned to the right around the person; 0 looks as the camera did.
        elevation_deg: how far it looks down from above; 0 is level.
        theme: "light" or "dark".
        min_visibility: landmarks below it are small and their bones faint, or not drawn. Limbs of little trust are
            faint.
        low_visibility: "hollow" or "hidden", as in `OverlayStyle`.

    Raises:
        SpaceNotAvailable: the recording does not hold these coordinates.
    """

    def __init__(
        self,
        recording: Recording,
        width: int,
        height: int,
        *,
        people: Sequence[int] | None = None,
        space: str | None = None,
        azimuth_deg: float = 30.0,
        elevation_deg: float = 12.0,
        theme: str = "dark",
        min_visibility: float = 0.5,
        low_visibility: str = "hollow",
    ) -> None:
        self.width, self.height = width, height
        self._space = space or recording.spaces[0]
        self._people = list(drawn_people(recording, None, min_visibility) if people is None else people)
        self._min_visibility = min_visibility
        self._hidden = low_visibility == "hidden"
        self._colours = THEMES[theme]
        self._turn = np.radians(azimuth_deg)
        self._tilt = np.radians(elevation_deg)
        coordinates(recording.part(0, 0), self._space)  # complains if they are not there
        frames = range(0, recording.frames, max(1, recording.frames // _MOST_FRAMES_MEASURED))
        self._px_per_m = _px_per_m(recording, frames)
        places = np.array([self._places(recording, frame) for frame in frames]).reshape(-1, 3)
        places = places[np.isfinite(places).all(axis=-1)]
        around = float(np.percentile(np.hypot(places[:, 0], places[:, 1]), _PERCENTILE)) if len(places) else 1.0
        tall = float(np.percentile(places[:, 2], _PERCENTILE)) if len(places) else 1.0
        self._floor_reach = max(around, 1e-6)
        self._fit(tall)
        self._empty = self._empty_picture()

    def draw(self, moment: Recording) -> Picture:
        """A new picture (height, width, 3) uint8 of the first frame of `moment`, a part of the recording."""
        picture = self._empty.copy()
        places = self._places(moment, 0)
        doubtful = doubtful_bones(moment.part(0, 1), self._space)[0]
        order = sorted(range(len(places)), key=lambda index: -float(self._depth(places[index]).mean()))
        for index in order:
            if np.isfinite(places[index]).all():
                person = self._people[index]
                self._draw_person(picture, places[index], moment.visibility[0, person], doubtful[person])
        return picture

    def _places(self, recording: Recording, frame: int) -> Floats:
        """(people, 33, 3) x right, depth away, height above the floor; NaN where somebody was not found."""
        one = recording.part(frame, frame + 1)
        if self._space == "image":
            points = one.image[0, self._people].astype(np.float64)
            points[..., 0] -= recording.width / 2
        else:
            points = coordinates(one, self._space)[0, self._people]
        places: Floats = np.stack([points[..., 0], points[..., 2], -points[..., 1]], axis=-1)
        if not np.isfinite(places).any():
            return places
        places[..., 2] -= np.nanmin(places[..., 2])
        if self._space != "image" and len(self._people) > 1:
            hips_px = one.image[0, self._people][:, _HIPS, 0].astype(np.float64).mean(axis=-1)
            if np.isfinite(hips_px).any():
                places[..., 0] += ((hips_px - np.nanmean(hips_px)) / self._px_per_m)[:, None]  # as in `skeleton_figure`
        return places

    def _fit(self, tall: float) -> None:
        """Sets the scale and the place of the origin so that the floor and everybody fit into the picture."""
        reach = self._floor_reach
        across = reach * (abs(np.cos(self._turn)) + abs(np.sin(self._turn)))
        below = across * np.sin(self._tilt)
        above = max(tall * np.cos(self._tilt) + reach * np.sin(self._tilt), below)
        room = 1 - 2 * _MARGIN
        self._scale = min(self.width * room / (2 * across), self.height * room / (below + above))
        # Several people far apart are small, and their lines are finer.
        self._stroke = max(1.2, min(min(self.width, self.height) / 130, tall * self._scale / 55))
        self._origin = np.array([self.width / 2, self.height / 2 + self._scale * (above - below) / 2])

    def _on_picture(self, places: Floats) -> Floats:
        """(..., 3) to (..., 2), x and y in pixels."""
        right = places[..., 0] * np.cos(self._turn) + places[..., 1] * np.sin(self._turn)
        up = places[..., 2] * np.cos(self._tilt) + self._depth(places) * np.sin(self._tilt)
        return np.asarray(self._origin + self._scale * np.stack([right, -up], axis=-1), np.float64)

    def _depth(self, places: Floats) -> Floats:
        """How far behind the middle, along the floor."""
        return np.asarray(places[..., 1] * np.cos(self._turn) - places[..., 0] * np.sin(self._turn), np.float64)

    def _empty_picture(self) -> Picture:
        picture = np.full((self.height, self.width, 3), rgb_of(self._colours.ground), np.uint8)
        stroke = max(1.0, min(self.width, self.height) / 400)
        reach = self._floor_reach
        for step in np.linspace(-reach, reach, _FLOOR_CELLS + 1):
            for ends in ([[step, -reach, 0], [step, reach, 0]], [[-reach, step, 0], [reach, step, 0]]):
                start, end = self._on_picture(np.array(ends))
                draw_bar(picture, start, end, stroke, rgb_of(self._colours.grid))
        return picture

    def _draw_person(self, picture: Picture, places: Floats, visibility: Floats, doubtful: NDArray[np.bool_]) -> None:
        points, depth = self._on_picture(places), self._depth(places)
        stroke = self._stroke
        seen = ~(visibility < self._min_visibility)
        for bone in np.argsort(-depth[_BONES].mean(axis=1), kind="stable"):
            start, end = BONES[bone]
            if self._hidden and not (seen[start] and seen[end]):
                continue
            strength = 1.0 if seen[start] and seen[end] and not doubtful[bone] else 0.4
            width = stroke * (0.6 if max(start, end) < _HEAD_LANDMARKS else 1.0) * (1.0 if strength == 1.0 else 0.7)
            draw_bar(picture, points[start], points[end], width, self._faint(BONE_SIDES[bone], strength))
        for index in np.argsort(-depth, kind="stable"):
            if self._hidden and not seen[index]:
                continue
            radius = stroke * (0.6 if index < _HEAD_LANDMARKS else 1.0) * (1.0 if seen[index] else 0.6)
            colour = self._faint(SIDES[index], 1.0 if seen[index] else 0.4)
            draw_disc(picture, points[index], radius, colour, 0.25 * radius, darker(colour, 0.4))

    def _faint(self, side: str, strength: float) -> Colour:
        """The side's colour mixed with the ground's."""
        pairs = zip(rgb_of(SIDE_COLOURS[side]), rgb_of(self._colours.ground), strict=True)
        red, green, blue = (round(strength * colour + (1 - strength) * ground) for colour, ground in pairs)
        return red, green, blue


def _px_per_m(recording: Recording, frames: Sequence[int]) -> float:
    """How many pixels of the picture a metre is, on the whole; 1 where nobody was found."""
    image = recording.image[frames, :, :, :2].astype(np.float64)
    world = recording.world[frames, :, :, :2].astype(np.float64)
    image_px, world_m = np.ptp(image, axis=2).max(axis=-1), np.ptp(world, axis=2).max(axis=-1)
    known = np.isfinite(image_px) & (world_m > 0)
    return float(np.median(image_px[known] / world_m[known])) if known.any() else 1.0
