"""The number in the player, in the chart, in the file and from the function is one number, with one filter."""

from __future__ import annotations

import base64
import io
import json
import struct
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import FilterSettings, joint_kinematics
from core.motion.angles import MAIN_JOINTS
from core.motion.readings import shown_reading
from tests.pages.app import captions, component_data, words
from tests.pages.conftest import Downloads
from tests.pages.made_clips import analysed_as, three_people
from tests.pages.test_video import grey_clip, open_video_page, upload_clip

PEOPLE = 3


def opened(**link: str) -> AppTest:
    at = upload_clip(open_video_page(people="all", **link), "street.mkv", grey_clip())
    assert not at.exception
    return at


def players_angles(at: AppTest) -> np.ndarray:
    """(T, P, K) degrees, NaN where there is nothing, as the player is sent them."""
    parameters = dict(parse_qsl(component_data(at, "player")["landmarks"].partition("?")[2]))
    job = at.session_state["video_job"]
    message = job._landmarks({**parameters, "first": "0", "revision": "-1"})
    (length,) = struct.unpack_from("<I", message)
    frames, joints = job.now.recording.frames, len(MAIN_JOINTS)
    place = 4 + length + frames * (8 + PEOPLE * 33 * (2 + 3) * 2)
    tenths = np.frombuffer(message, "<i2", frames * PEOPLE * joints, place).reshape(frames, PEOPLE, joints)
    return np.where(tenths == -32768, np.nan, tenths / 10)


def charts_angles(at: AppTest, person: int, joint: str) -> np.ndarray:
    """(T,) the curve in the chart, with what was filled in."""
    spec = json.loads(at.get("plotly_chart")[0].proto.spec)
    name = words(f"body.{joint}")
    index = next(
        i
        for i, trace in enumerate(spec["data"])
        if name in (trace.get("hovertemplate") or "") and f"Person {person + 1} " in trace["hovertemplate"]
    )
    dotted, faint = (_numbers(spec["data"][i]["y"]) for i in (index - 2, index - 1))
    return np.where(np.isnan(faint), dotted, faint)


def _numbers(y: Any) -> np.ndarray:
    if isinstance(y, dict):
        return np.frombuffer(base64.b64decode(y["bdata"]), np.dtype(y["dtype"])).astype(float)
    return np.array(y, dtype=float)


@pytest.mark.parametrize("reading", ["angle_deg", "flexion_deg"])
def test_player_chart_file_and_function_agree_for_every_person_and_joint(
    monkeypatch: pytest.MonkeyPatch, downloads: Downloads, reading: str
) -> None:
    analysed_as(monkeypatch, three_people())
    at = opened(reading=reading)
    kinds = ["knee", "hip", "elbow", "pelvis_tilt", "trunk_lean"]
    at.pills(key="curve_kinds").set_value(kinds).run()
    assert not at.exception
    recording = at.session_state["video_job"].now.recording
    table = joint_kinematics(recording, settings=FilterSettings())
    player = players_angles(at)
    drawn = {
        (person, joint): charts_angles(at, person, joint)
        for person in range(PEOPLE)
        for joint in ("left_knee", "right_elbow", "pelvis_tilt", "trunk_lean")
    }
    sentence = next(each for each in captions(at) if "Butterworth" in each)
    assert [each for each in captions(at) if "Butterworth" in each] == [sentence, sentence]
    at.session_state["video_tabs"] = words("video.tab_download")
    at.run()
    written = pd.read_csv(io.BytesIO(downloads.content("video_download_kinematics_csv")))
    for person in range(PEOPLE):
        for joint in MAIN_JOINTS:
            column = "filtered_deg" if shown_reading(joint, reading) == "angle_deg" else "filtered_flexion_deg"
            own = table[(table["person"] == person) & (table["joint"] == joint)]
            filed = written[(written["person"] == person) & (written["joint"] == joint)]
            np.testing.assert_allclose(filed[column], own[column], rtol=1e-8)
            np.testing.assert_allclose(player[:, person, MAIN_JOINTS.index(joint)], own[column], atol=0.0501)
            if (person, joint) in drawn:
                np.testing.assert_allclose(drawn[person, joint], own[column], atol=1e-9)
    # What is stated is what the file lists.
    cutoffs = written[written["joint"].isin(MAIN_JOINTS)]["cutoff_hz"]
    assert f"{cutoffs.min():.1f} to {cutoffs.max():.1f} Hz" in sentence
