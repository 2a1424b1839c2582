"""The picture with its skeletons as PNG, at full size."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core.export.provenance import made_by, source_name
from core.motion.angles import joint_angles
from core.motion.unsure import drawn_people
from core.recording import Recording
from core.settings import OverlayStyle
from core.version import VERSION
from core.view.angle_labels import angle_labels
from core.view.overlay import draw_overlay

# Only runs of equal bytes are searched for. For photographs, which PNG stores as differences between neighbours, it is
# twice as fast as the usual search and no larger: at 12 megapixels 1.1 s and 18 MB instead of 2.3 s and 20 MB.
_COMPRESSION = zlib.Z_RLE


def overlay_png(
    rgb: NDArray[np.uint8],
    recording: Recording,
    style: OverlayStyle,
    *,
    frame: int = 0,
    people: Sequence[int] | None = None,
    space: str | None = None,
    reading: str = "angle_deg",
    colours: Sequence[str] | None = None,
) -> bytes:
    """The annotated picture as PNG with its origin in text chunks.

    "Title" is the source's name, "Software" Posescope and its version, "Comment" the origin as JSON: versions, model,
    its SHA-256, settings, the overlay's style, and what the written angles are measured in and count from.

    Args:
        rgb: (height, width, 3) uint8, the picture to draw on, as large as the recording says: with `style.enhanced`,
            the enhanced one. It is not altered.
        recording: who is in it.
        style: how to draw them.
        frame: which frame.
        people: which people; everyone but unsure finds (`core.motion.unsure`) if None or all of several.
        space: what written angles are measured in: "refined", "world" or "image"; the recording's best if None.
        reading: what written angles count: "angle_deg" or "flexion_deg".
        colours: the people's own, as in `draw_overlay`.

    Raises:
        SpaceNotAvailable: the recording does not hold these coordinates.
        ValueError: the picture's shape is not the recording's.
    """
    people = drawn_people(recording, people, style.min_visibility)
    origin = made_by(recording, style, drawn=people)
    labels = None
    if style.angles:
        origin["angles"] = {"space": space or recording.spaces[0], "reading": reading}
        angles = joint_angles(recording, space)
        labels = angle_labels(angles[angles["frame"] == frame], reading)
    picture = draw_overlay(rgb, recording, style, frame=frame, people=people, angle_labels=labels, colours=colours)
    texts = PngInfo()
    texts.add_itxt("Title", source_name(recording))
    texts.add_text("Software", f"Posescope {VERSION}")
    texts.add_itxt("Comment", json.dumps(origin, ensure_ascii=False))
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", compress_type=_COMPRESSION, pnginfo=texts)
    return file.getvalue()
