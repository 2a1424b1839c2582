"""Furniture taken for somebody is drawn nowhere, is in every table, and every picture says whom it leaves out."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import zipfile
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from core import OverlayStyle, joint_angles, landmark_table
from core.export.annotated_mp4 import annotated_mp4
from core.export.archive_zip import archive_zip
from core.export.overlay_png import overlay_png
from core.export.skeleton_html import skeleton_html
from core.motion.unsure import MOST_SEEN, drawn_people, unsure_people
from core.recording import Recording
from core.view.figures import skeleton_figure
from core.view.overlay import draw_overlay
from core.view.skeleton_3d_frame import Skeleton3DFrame
from tests.core.export.test_annotated_mp4 import noise_clip, recording_of
from tests.core.recordings import some_picture, some_recording, without

STYLE = OverlayStyle()


def with_furniture(frames: int = 1, people: int = 2, seen: int = MOST_SEEN) -> Recording:
    """The last one has so many visible landmarks; everybody else is seen whole."""
    recording = some_recording(frames, people, width=320, height=240)
    visibility = np.full_like(recording.visibility, 0.9)
    visibility[:, -1] = 0.2
    visibility[:, -1, :seen] = 0.9
    return dataclasses.replace(recording, visibility=visibility)


def test_who_is_hardly_seen_is_unsure() -> None:
    assert unsure_people(with_furniture()) == (1,)
    assert unsure_people(with_furniture(seen=MOST_SEEN + 1)) == ()
    assert unsure_people(with_furniture(), 0.0) == ()
    # Only very clear landmarks filled does not mean that nobody is there.
    assert unsure_people(with_furniture(), 0.95) == (1,)
    unknown = with_furniture()
    unknown.visibility[:] = np.nan
    assert unsure_people(unknown) == ()


def test_the_whole_recording_counts_and_not_a_frame() -> None:
    recording = with_furniture(5)
    recording.visibility[2, 1] = 0.9
    recording.visibility[2, 0] = 0.1
    assert unsure_people(without(recording, 4, 1)) == (1,)
    nowhere = recording.part(0, 1)
    assert unsure_people(without(without(nowhere, 0, 1), 0, 0)) == ()


def test_whoever_is_asked_for_alone_is_drawn() -> None:
    recording = with_furniture(people=3)
    assert drawn_people(recording, None, 0.5) == drawn_people(recording, [0, 1, 2], 0.5) == (0, 1)
    assert drawn_people(recording, [2], 0.5) == (2,)
    assert drawn_people(recording, [], 0.5) == ()


def test_the_picture_and_its_file() -> None:
    recording = with_furniture()
    rgb = some_picture(recording)
    only_sure = draw_overlay(rgb, recording, STYLE, people=[0])
    np.testing.assert_array_equal(draw_overlay(rgb, recording, STYLE), only_sure)
    assert (draw_overlay(rgb, recording, STYLE, people=[1]) != rgb).any()
    for people in (None, [0, 1]):
        with Image.open(io.BytesIO(overlay_png(rgb, recording, STYLE, people=people))) as image:
            np.testing.assert_array_equal(np.asarray(image), only_sure)
            assert json.loads(image.text["Comment"])["not_drawn"] == [1]
    with Image.open(io.BytesIO(overlay_png(rgb, with_furniture(seen=33), STYLE))) as image:
        assert "not_drawn" not in json.loads(image.text["Comment"])


def test_three_dimensions() -> None:
    recording = with_furniture()
    drawn = skeleton_figure(recording)
    assert drawn.to_json() == skeleton_figure(recording, people=[0]).to_json()
    everyone, sure = (Skeleton3DFrame(recording, 160, 120, people=people).draw(recording) for people in (None, [0]))
    np.testing.assert_array_equal(everyone, sure)
    assert (Skeleton3DFrame(recording, 160, 120, people=[1]).draw(recording) != sure).any()


def test_the_page_and_the_archive() -> None:
    recording = with_furniture()
    page = skeleton_html(recording, people=[0, 1]).decode()
    origin = re.search(r'id="made-by">(.*?)</script>', page)
    assert origin is not None and json.loads(origin[1])["not_drawn"] == [1]
    assert page.split('id="figure">')[1] == skeleton_html(recording, people=[0]).decode().split('id="figure">')[1]
    archive = zipfile.ZipFile(io.BytesIO(archive_zip(some_picture(recording), recording, STYLE, people=[0, 1])))
    assert archive.read("squat_skeleton.html").decode() == page


def test_the_clip(tmp_path: Path) -> None:
    clip = noise_clip([0, 40, 80])
    recording = recording_of(clip, people=2)
    image = recording.image.copy()
    image[:, 1, :, 0] += 30
    visibility = recording.visibility.copy()
    visibility[:, 1] = 0.1
    recording = dataclasses.replace(recording, image=image, visibility=visibility)
    everyone, sure = tmp_path / "everyone.mp4", tmp_path / "sure.mp4"
    annotated_mp4(clip, recording, STYLE, everyone)
    annotated_mp4(clip, recording, STYLE, sure, people=[0])
    pictures = []
    for out in (everyone, sure):
        with av.open(str(out)) as container:
            assert json.loads(container.metadata["comment"])["not_drawn"] == [1]
            pictures.append([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])
    np.testing.assert_array_equal(*pictures)


def test_no_number_of_theirs_is_lost() -> None:
    recording = with_furniture(3)
    assert set(landmark_table(recording)["person"]) == set(joint_angles(recording)["person"]) == {0, 1}


@pytest.mark.parametrize("low_visibility", ["hollow", "hidden"])
def test_what_is_not_seen_is_left_out_of_every_view_or_hollow_in_all(low_visibility: str) -> None:
    """One arm below the least visibility."""
    recording = with_furniture(people=1, seen=33)
    arm = [13, 15, 17, 19, 21]
    recording.visibility[0, 0, arm] = 0.1
    figure = skeleton_figure(recording, low_visibility=low_visibility)
    (points,) = (trace for trace in figure.data if trace.mode == "markers")
    assert np.flatnonzero(np.isnan(np.array(points.x, float))).tolist() == (arm if low_visibility == "hidden" else [])
    assert [index for index, symbol in enumerate(points.marker.symbol) if symbol == "circle-open"] == arm
    style = OverlayStyle(low_visibility=low_visibility)
    gone = dataclasses.replace(recording, image=recording.image.copy())
    gone.image[0, 0, arm] = np.nan
    rgb = some_picture(recording)
    same = (draw_overlay(rgb, recording, style) == draw_overlay(rgb, gone, style)).all()
    assert same == (low_visibility == "hidden")
    frame = Skeleton3DFrame(recording, 160, 120, low_visibility=low_visibility).draw(recording)
    hollow = Skeleton3DFrame(recording, 160, 120).draw(recording)
    assert (frame == hollow).all() == (low_visibility == "hollow")
