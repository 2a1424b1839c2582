"""Slow motion has the times of the real movement: as the file marks it, or as the user says."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from core import Settings, analyse_video
from core.export.annotated_mp4 import annotated_mp4
from core.export.provenance import made_by
from core.media.playable_mp4 import write_playable_mp4
from core.media.slow_motion import SlowMotion
from core.media.videos import open_clip
from core.motion.angles import joint_angles
from core.settings import OverlayStyle
from tests.core.media.clips import clip_bytes, number_of, numbered_frame
from tests.core.truth import picture

MARK = "com.android.capture.fps"
FRAMES = 30
LITE = Settings(model="lite")


def slow_clip(
    taken: float | None, stored: float = 25.0, *, container: str = "mp4", sound: bool = False, uneven: bool = False
) -> bytes:
    """Numbered frames, taken at so many a second as the file says, stored at another rate."""
    file = io.BytesIO()
    with av.open(file, "w", format=container, options={"movflags": "use_metadata_tags"}) as output:
        if taken is not None:
            output.metadata[MARK] = f"{taken:.6f}"
        stream = output.add_stream("libx264", rate=Fraction(stored).limit_denominator(1001))
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 10_000)
        voice = output.add_stream("aac", rate=48_000, layout="mono") if sound else None
        for number in range(FRAMES):
            frame = av.VideoFrame.from_ndarray(numbered_frame(number), "rgb24").reformat(format="yuv420p")
            place = number + (0.4 if uneven and number % 3 else 0)
            frame.pts, frame.time_base = round(10_000 * place / stored), Fraction(1, 10_000)
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
        if voice is not None:
            for number in range(int(48 * FRAMES / stored)):
                silence = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
                silence.sample_rate, silence.pts, silence.time_base = 48_000, 1024 * number, Fraction(1, 48_000)
                output.mux(voice.encode(silence))
            output.mux(voice.encode())
    return file.getvalue()


@pytest.mark.parametrize("container", ["mp4", "mov"])
@pytest.mark.parametrize(("taken", "stored"), [(240, 30), (120, 30), (960, 30), (160, 20), (119.88, 29.97), (60, 24)])
def test_a_marked_clip_has_real_times(container: str, taken: float, stored: float) -> None:
    clip = open_clip(slow_clip(taken, stored, container=container))
    assert clip.slow_motion == SlowMotion(pytest.approx(taken / stored, rel=0.01), MARK)
    assert clip.time_s == pytest.approx(np.arange(FRAMES) / taken, abs=0.0005)
    with clip.reader() as reader:
        assert [frame.time_s for frame in reader.frames(int(clip.pts[0]))] == pytest.approx(clip.time_s)


def test_time_lapse_too() -> None:
    clip = open_clip(slow_clip(0.5, 25))
    assert clip.slow_motion.factor == pytest.approx(0.02)
    assert clip.time_s == pytest.approx(2.0 * np.arange(FRAMES))


@pytest.mark.parametrize(
    "content",
    [
        slow_clip(None),
        slow_clip(25, 25),
        slow_clip(30, 25.5),
        slow_clip(240, 240),
        slow_clip(60, 30, sound=True),
        slow_clip(30, 15, uneven=True),
    ],
    ids=[
        "no mark",
        "taken as stored",
        "some pictures missed",
        "fast, and stored as fast",
        "in the dark, with sound",
        "in the dark, uneven",
    ],
)
def test_an_ordinary_clip_keeps_its_times(content: bytes) -> None:
    assert open_clip(content).slow_motion == SlowMotion(1.0, "")


def test_surely_slow_motion_with_sound_is_slow_motion() -> None:
    assert open_clip(slow_clip(240, 30, sound=True)).slow_motion.factor == pytest.approx(8, rel=0.01)


def test_a_camera_that_writes_it_as_xml() -> None:
    content = slow_clip(None, 25)
    xml = b'\0\0\0\0hdlr<NonRealTimeMeta><VideoFrame captureFps="100p" formatFps="25p"/></NonRealTimeMeta>'
    clip = open_clip(content + (len(xml) + 8).to_bytes(4) + b"meta" + xml)
    assert clip.slow_motion == SlowMotion(pytest.approx(4, rel=0.01), "captureFps")


def test_the_user_has_the_last_word() -> None:
    marked, plain = open_clip(slow_clip(240, 30)), open_clip(slow_clip(None, 30))
    for clip in (marked, plain):
        said = clip.recorded_at(120)
        assert said.slow_motion == SlowMotion(pytest.approx(4, rel=0.01), "settings")
        assert said.time_s == pytest.approx(np.arange(FRAMES) / 120, abs=1e-4)
        assert said.recorded_at("stored").time_s == pytest.approx(np.arange(FRAMES) / 30, abs=1e-4)
        assert said.recorded_at(None).time_s == pytest.approx(clip.time_s)
    assert marked.recorded_at("stored").slow_motion == SlowMotion(1.0, "settings")
    assert plain.recorded_at("stored").slow_motion == SlowMotion(1.0, "")


@pytest.mark.parametrize(("setting", "seconds"), [(None, 1 / 240), ("stored", 1 / 30), (120, 1 / 120)])
def test_a_recording_has_them_and_says_so(setting: float | None, seconds: float) -> None:
    recording = analyse_video(slow_clip(240, 30), Settings(model="lite", recorded_frame_rate=setting))
    assert recording.time == pytest.approx(seconds * np.arange(FRAMES), abs=2e-4)
    assert recording.frame_rate == pytest.approx(1 / seconds, rel=0.01)
    told = made_by(recording)
    assert told["slow_motion_by"] == (MARK if setting is None else "settings")
    assert float(told["slow_motion"]) == pytest.approx(30**-1 / seconds, rel=0.01)
    assert told["settings"]["recorded_frame_rate"] == setting


def test_ordinary_recordings_say_nothing_of_it() -> None:
    assert not {"slow_motion", "slow_motion_by"} & set(made_by(analyse_video(slow_clip(None), LITE)))


def test_a_part_is_chosen_by_real_time() -> None:
    content = slow_clip(250, 25)
    recording = analyse_video(content, Settings(model="lite", start_s=0.04, end_s=0.06))
    assert recording.time == pytest.approx([0.04, 0.044, 0.048, 0.052, 0.056, 0.06])


def test_angles_change_as_fast_as_they_did() -> None:
    """The same pictures taken ten times as fast: the same angles at a tenth of the times."""
    still = picture("tree_yoga")
    content = clip_bytes([40 * number for number in range(12)], pictures=(np.roll(still, n, 1) for n in range(12)))
    usual = joint_angles(analyse_video(content, LITE))
    fast = joint_angles(analyse_video(content, Settings(model="lite", recorded_frame_rate=250)))
    assert fast["time_s"].to_numpy() == pytest.approx(usual["time_s"].to_numpy() / 10, abs=1e-6)


def test_what_is_made_of_the_clip_plays_like_it(tmp_path: Path) -> None:
    """For looking at: the copy and the annotated video are as slow as the file."""
    content = slow_clip(250, 25)
    clip = open_clip(content)
    recording = analyse_video(content, Settings(model="lite", start_s=0.02, end_s=0.08))
    assert recording.frames == 16
    write_playable_mp4(clip, tmp_path / "copy.mp4")
    annotated_mp4(content, recording, OverlayStyle(), tmp_path / "drawn.mp4", people=[])
    for name, first, count in (("copy.mp4", 0, FRAMES), ("drawn.mp4", 5, 16)):
        made = open_clip(tmp_path / name)
        assert made.time_s == pytest.approx(np.arange(count) / 25, abs=1e-3)
        with made.reader() as reader:
            numbers = [number_of(frame.rgb) for frame in reader.frames(int(made.pts[0]))]
        assert numbers == pytest.approx(range(first, first + count), abs=1)  # greys are a little off
