"""The pages do not draw furniture, and say so; live it is nobody."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from core import Recording, Settings
from core.detection.landmarker import Detection
from core.live import LiveFrame
from core.motion.angles import joint_angle_arrays
from pages.live_protocol import ANSWER_HEADER, FOUND, Choices, Counted, Frame, answer
from tests.core.recordings import some_recording
from tests.pages.app import captions, component_data, words
from tests.pages.made_clips import analysed_as, three_people
from tests.pages.test_video_people import opened, pick


def with_furniture() -> Recording:
    recording = three_people()
    visibility = recording.visibility.copy()
    visibility[:, 2] = np.where(np.isnan(visibility[:, 2]), np.nan, 0.1)
    return dataclasses.replace(recording, visibility=visibility)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_player_leaves_it_out_and_says_so(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    analysed_as(monkeypatch, with_furniture())
    at = opened(language)
    assert component_data(at, "player")["unsure"] == [2]
    sentence = words("people.one_unsure", language, count=1, uncertain=words("settings.min_visibility", language))
    assert sentence in captions(at)
    if language == "en":
        assert sentence not in captions(pick(at, 2))


def test_nothing_is_said_of_people_who_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    analysed_as(monkeypatch, three_people())
    at = opened()
    assert component_data(at, "player")["unsure"] == []
    assert not any("unsure" in caption for caption in captions(at))


@pytest.mark.parametrize(("visibility", "found"), [(0.1, 0), (0.9, FOUND)])
def test_live_it_is_nobody(visibility: float, found: int) -> None:
    shown = some_recording()
    shown.visibility[:] = visibility
    detection = Detection(shown.image[0], shown.world[0], shown.visibility[0], shown.presence[0], None)
    seen = LiveFrame(0.0, 160, 120, detection, shown)
    message = answer(
        Frame(0.0, 1, b""), seen, joint_angle_arrays(shown, "world"), Choices(Settings(), space="world"), Counted(1.0)
    )
    assert ANSWER_HEADER.unpack_from(message)[2] & FOUND == found
