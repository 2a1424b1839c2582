"""The Video page with slow motion, with frames that never come, and with clips that cannot be decoded."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.media.videos import open_clip
from tests.core.media.clips import clip_bytes
from tests.core.media.test_orientation import lying
from tests.core.media.test_random_access import KINDS, beheaded, damaged, written
from tests.core.media.test_slow_motion import slow_clip
from tests.pages.app import captions, choose, component_data, setting, words
from tests.pages.test_video import SQUAT, finished, open_video_page, upload_clip

EVEN_MS = [40 * number for number in range(20)]


def slow_squat(factor: int = 8) -> bytes:
    """The sample as a phone stores it that took it eight times as fast: the same pictures and times, and a mark."""
    made = io.BytesIO()
    with (
        av.open(str(SQUAT)) as source,
        av.open(made, "w", format="mp4", options={"movflags": "use_metadata_tags"}) as output,
    ):
        output.metadata["com.android.capture.fps"] = str(20.0 * factor)
        stream = output.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                output.mux(packet)
    return made.getvalue()


def player_of(at: AppTest) -> dict[str, object]:
    return component_data(at, "player")


def test_slow_motion_is_told_and_everything_has_real_times() -> None:
    at = finished(upload_clip(open_video_page(), "slow.mp4", slow_squat()))
    assert words("video.slow_motion", rate="160", times="8") in captions(at)
    recording = at.session_state["video_job"].now.recording
    assert recording.time == pytest.approx(np.arange(72) / 160, abs=1e-4)
    data = player_of(at)
    assert data["slower"] == pytest.approx(8)
    assert data["part"] == pytest.approx([0, 0.45])


def test_the_user_says_that_it_is_none_or_another_one() -> None:
    at = finished(upload_clip(open_video_page(), "slow.mp4", slow_clip(240, 30)))
    choose(at, "clock", "stored")
    assert words("video.slow_motion_ignored") in captions(at)
    at.button(key="analyse_again").click().run()
    finished(at)
    assert at.session_state["video_job"].now.recording.frame_rate == pytest.approx(30, abs=0.1)
    assert player_of(at)["slower"] == 1
    choose(at, "clock", "rate")
    choose(at, "recorded_fps", 120.0)
    assert words("video.slow_motion_chosen", rate="120", times="4") in captions(at)
    assert player_of(at)["slower"] == 1  # what is shown is the analysis before
    at.button(key="analyse_again").click().run()
    finished(at)
    assert at.session_state["video_job"].now.recording.frame_rate == pytest.approx(120, abs=0.5)
    assert player_of(at)["slower"] == pytest.approx(4, rel=0.01)


def test_the_files_own_rate_is_no_slow_motion() -> None:
    at = finished(upload_clip(open_video_page(clock="rate", recorded_fps="25"), "plain.mp4", slow_clip(None, 25)))
    assert not any("slow" in caption.lower() or "life" in caption for caption in captions(at))


def test_part_and_person_stay_at_their_pictures_when_the_clock_changes() -> None:
    at = finished(upload_clip(open_video_page(), "plain.mp4", slow_clip(None, 25)))
    (part,) = (slider for slider in at.slider if slider.key == "clip_part_choice")
    part.set_value((0.4, 0.8)).run()
    at.session_state["follow_point"] = (0.6, 20.0, 20.0)
    choose(at, "clock", "rate")
    choose(at, "recorded_fps", 100.0)
    at.button(key="analyse_again").click().run()
    finished(at)
    settings = at.session_state["video_job"].settings
    assert (settings.start_s, settings.end_s, settings.recorded_frame_rate) == (0.1, 0.2, 100.0)
    assert settings.follow_point == pytest.approx((0.15, 20.0, 20.0))


def test_an_ordinary_clip_says_nothing_of_it() -> None:
    at = finished(upload_clip(open_video_page(), "plain.mp4", slow_clip(None)))
    assert not any("motion" in caption for caption in captions(at))
    assert player_of(at)["slower"] == 1
    assert "recorded_fps" not in [widget.key for widget in at.number_input]
    assert setting(at, "clock").value == "marked"


def test_frames_that_never_came_are_told(tmp_path: Path) -> None:
    broadcast = beheaded(written(KINDS["ts"], tmp_path / "broadcast"))
    at = finished(upload_clip(open_video_page(), "broadcast.ts", broadcast))
    told = at.session_state["video_job"].now.recording.provenance
    said = words("video.frames_lost_at_start", frames=told["frames_lost_at_start"])
    assert said in [each.value for each in at.warning]
    at = finished(upload_clip(at, "damaged.mp4", damaged(written(KINDS["mp4"], tmp_path / "damaged"))))
    told = at.session_state["video_job"].now.recording.provenance
    when = told["frames_not_decoded_s"].replace("-", "–")
    assert words("video.frames_lost", frames=told["frames_not_decoded"], when=when) in [
        each.value for each in at.warning
    ]


KEY = {"encryption_scheme": "cenc-aes-ctr", "encryption_key": "0" * 31 + "1", "encryption_kid": "0" * 31 + "2"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (clip_bytes(EVEN_MS).replace(b"avc1", b"zzz9"), "codec that cannot be decoded"),
        (clip_bytes(EVEN_MS, container_options=KEY), "encrypted"),
    ],
    ids=["unknown codec", "encrypted"],
)
def test_the_page_goes_on_after_a_clip_that_cannot_be_decoded(content: bytes, said: str) -> None:
    at = upload_clip(open_video_page(), "film.mp4", content)
    (error,) = at.error
    assert said in error.value and "film.mp4" in error.value
    finished(upload_clip(at, "plain.mp4", slow_clip(None)))
    assert not at.error
    assert at.session_state["video_job"].now.recording.frames == 30


@pytest.mark.parametrize("form", [1, 2, 6])
def test_browsers_get_a_copy_of_what_they_would_show_otherwise(form: int) -> None:
    at = finished(upload_clip(open_video_page(), "phone.mp4", lying(clip_bytes(EVEN_MS), form)))
    opened = at.session_state["video_job"].opened
    assert (opened.copy is None) == (form != 2)
    if opened.copy is not None:
        assert opened.copy.wait(60)
        copy = open_clip(opened.copy.path)
        assert (copy.width, copy.height, copy.form, len(copy.pts)) == (64, 48, 1, 20)
        assert opened.playable_address == opened.copy.address
