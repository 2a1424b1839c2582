"""The PNG must be the overlay at full size, pixel for pixel, and know its origin."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from core.errors import SpaceNotAvailable
from core.export.overlay_png import overlay_png
from core.export.provenance import made_by
from core.motion.angles import joint_angles
from core.settings import OverlayStyle
from core.view.angle_labels import angle_labels
from core.view.overlay import draw_overlay
from tests.core.recordings import PROVENANCE, some_picture, some_recording


def decoded(content: bytes) -> tuple[np.ndarray, dict[str, str]]:
    with Image.open(io.BytesIO(content)) as image:
        assert image.format == "PNG"
        assert image.mode == "RGB"
        return np.asarray(image), dict(image.info)


def test_pixels_are_the_overlays() -> None:
    recording = some_recording(frames=2, people=2)
    rgb, style = some_picture(recording), OverlayStyle(boxes=True)
    pixels, _ = decoded(overlay_png(rgb, recording, style, frame=1, people=[1]))
    assert pixels.shape == (120, 160, 3)
    np.testing.assert_array_equal(pixels, draw_overlay(rgb, recording, style, frame=1, people=[1]))
    np.testing.assert_array_equal(rgb, some_picture(recording))


@pytest.mark.parametrize(("space", "reading"), [(None, "angle_deg"), ("world", "flexion_deg"), ("image", "angle_deg")])
def test_written_angles_are_those_asked_for(space: str | None, reading: str) -> None:
    recording = some_recording(frames=2, refined=True, width=640, height=480)
    recording.visibility[:] = recording.presence[:] = 1
    # Flat and left as it was, so that there are angles to trust.
    recording.world[..., 2] = 0
    assert recording.refined is not None
    recording.refined[:] = recording.world
    rgb, style = some_picture(recording), OverlayStyle(angles=True)
    pixels, texts = decoded(overlay_png(rgb, recording, style, frame=1, space=space, reading=reading))
    table = joint_angles(recording, space)
    labels = angle_labels(table[table["frame"] == 1], reading)
    assert labels
    np.testing.assert_array_equal(pixels, draw_overlay(rgb, recording, style, frame=1, angle_labels=labels))
    assert (pixels != draw_overlay(rgb, recording, style, frame=1)).any()
    assert json.loads(texts["Comment"])["angles"] == {"space": space or "refined", "reading": reading}


def test_the_origin_stands_in_the_text_chunks() -> None:
    recording, style = some_recording(source="深蹲.png"), OverlayStyle(line_scale=2)
    _, texts = decoded(overlay_png(some_picture(recording), recording, style))
    assert texts["Title"] == "深蹲.png"
    assert texts["Software"].startswith("Posescope ")
    origin = json.loads(texts["Comment"])
    assert origin == made_by(recording, style)
    assert origin["model_sha256"] == PROVENANCE["model_sha256"]
    assert origin["overlay"]["line_scale"] == 2


def test_nobody_leaves_the_picture_as_it_is() -> None:
    recording = some_recording(people=0)
    pixels, _ = decoded(overlay_png(some_picture(recording), recording, OverlayStyle(angles=True)))
    np.testing.assert_array_equal(pixels, some_picture(recording))


def test_what_does_not_fit_is_refused() -> None:
    recording = some_recording()
    with pytest.raises(ValueError, match="shape"):
        overlay_png(np.zeros((120, 161, 3), np.uint8), recording, OverlayStyle())
    with pytest.raises(SpaceNotAvailable):
        overlay_png(some_picture(recording), recording, OverlayStyle(angles=True), space="refined")
