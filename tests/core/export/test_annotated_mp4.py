"""The annotated clip, decoded again: each frame at its time, the skeleton on its landmarks, no file left over."""

import contextlib
import dataclasses
import io
import json
import threading
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import NothingInPart, SpaceNotAvailable
from core.export import annotated_mp4 as export
from core.export.annotated_mp4 import annotated_mp4
from core.export.provenance import made_by
from core.media.videos import open_clip
from core.progress import Progress
from core.recording import Recording
from core.settings import OverlayStyle, Settings
from core.skeleton import LANDMARK_INDEX, LANDMARKS
from tests.core.media.sounding_clips import LOUDER_AT_S, louder_at_s, sounding_clip

WIDTH, HEIGHT, STEP = 160, 120, 18
UNEVEN_MS = [0, 40, 70, 150, 151, 400, 430, 500, 730, 760]
KNEE = LANDMARK_INDEX["left_knee"]
SAMPLE = Path(__file__).parents[3] / "samples" / "squat_2reps.mp4"


def clip_of(pictures: list[NDArray[np.uint8]], times_ms: list[int]) -> bytes:
    """A clip of these pictures, each as good as it was."""
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as output:
        stream = output.add_stream("ffv1", rate=25)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "bgr0"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        for rgb, time_ms in zip(pictures, times_ms, strict=True):
            frame = av.VideoFrame.from_ndarray(rgb, "rgb24")
            frame.pts, frame.time_base = time_ms, Fraction(1, 1000)
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return file.getvalue()


def noise_clip(times_ms: list[int]) -> bytes:
    """The same noise in every frame: what is blurred in it shows."""
    noise = np.random.default_rng(3).integers(0, 256, (HEIGHT // 4, WIDTH // 4, 3), dtype=np.uint8)
    return clip_of([noise.repeat(4, axis=0).repeat(4, axis=1)] * len(times_ms), times_ms)


def numbered_clip(times_ms: list[int]) -> bytes:
    """Frames of 64 × 48 pixels that are brighter from one to the next."""
    return clip_of([np.full((48, 64, 3), STEP * number, np.uint8) for number in range(len(times_ms))], times_ms)


def number_of(rgb: NDArray[np.uint8]) -> int:
    return round(float(rgb[36:, 40:64].mean()) / STEP)


def recording_of(
    clip: bytes, settings: Settings | None = None, people: int = 1, frames: slice = slice(None)
) -> Recording:
    """Somebody whose left leg moves to the right by 4 pixels in a tenth of a second; nothing else of them is known."""
    opened = open_clip(clip, "clip.mp4")
    time_s = opened.time_s[frames]
    image = np.full((len(time_s), people, len(LANDMARKS), 3), np.nan, np.float32)
    for name, y in (("left_hip", 10), ("left_knee", 25), ("left_ankle", 40)):
        image[:, :, LANDMARK_INDEX[name]] = np.stack([10 + 40 * time_s, np.full_like(time_s, y), 0 * time_s], -1)[
            :, None
        ]
    seen = np.ones(image.shape[:3], np.float32)
    return Recording(
        time=time_s,
        image=image,
        world=image / 100,
        visibility=seen,
        presence=seen,
        width=opened.width,
        height=opened.height,
        frame_rate=25.0,
        source="clip.mp4",
        settings=settings or Settings(),
        provenance={"model": "full"},
    )


def shown(out: Path) -> tuple[list[float], list[NDArray[np.uint8]]]:
    with av.open(str(out)) as container:
        frames = list(container.decode(video=0))
    return [frame.time for frame in frames], [frame.to_ndarray(format="rgb24") for frame in frames]


def knee_x(rgb: NDArray[np.uint8]) -> float:
    """Where the blue line crosses the knee's height."""
    row = rgb[24:27].astype(int).mean(axis=0)
    blue = np.clip(row[:, 2] - row[:, 0] - 20, 0, None)
    return float((blue * (np.arange(len(blue)) + 0.5)).sum() / blue.sum())


def duration_s(content: bytes) -> float:
    with av.open(io.BytesIO(content)) as container:
        assert container.duration is not None
        return container.duration / 1e6


def test_the_skeleton_lies_on_the_landmarks_in_every_frame_of_an_uneven_clip(tmp_path: Path) -> None:
    clip = numbered_clip(UNEVEN_MS)
    recording = recording_of(clip)
    out = annotated_mp4(clip, recording, OverlayStyle(line_scale=2.0), tmp_path / "a.mp4")
    assert out == tmp_path / "a.mp4"
    times, pictures = shown(out)
    np.testing.assert_allclose(times, np.array(UNEVEN_MS) / 1000, atol=1 / 90_000)
    assert [number_of(rgb) for rgb in pictures] == list(range(len(UNEVEN_MS)))
    np.testing.assert_allclose([knee_x(rgb) for rgb in pictures], recording.image[:, 0, KNEE, 0], atol=1.0)


def test_nobody_chosen_means_nobody_drawn(tmp_path: Path) -> None:
    clip = numbered_clip(UNEVEN_MS)
    out = annotated_mp4(clip, recording_of(clip), OverlayStyle(), tmp_path / "a.mp4", people=[])
    _, pictures = shown(out)
    assert np.abs(pictures[5][20:30].astype(int) - 5 * STEP).max() < 6


def test_only_the_analysed_part_is_there(tmp_path: Path) -> None:
    clip = numbered_clip(UNEVEN_MS)
    recording = recording_of(clip, Settings(start_s=0.1, end_s=0.5), frames=slice(3, 8))
    out = annotated_mp4(clip, recording, OverlayStyle(), tmp_path / "a.mp4")
    times, pictures = shown(out)
    np.testing.assert_allclose(times, (np.array(UNEVEN_MS[3:8]) - 150) / 1000, atol=1 / 90_000)
    assert [number_of(rgb) for rgb in pictures] == [3, 4, 5, 6, 7]
    assert duration_s(out.read_bytes()) == pytest.approx(0.58, abs=0.001)  # the last frame is shown until the next


def test_frames_between_analysed_ones_are_there_with_the_skeleton_in_between(tmp_path: Path) -> None:
    clip = numbered_clip([40 * number for number in range(12)])
    recording = recording_of(clip, Settings(every_nth_frame=4), frames=slice(0, None, 4))
    times, pictures = shown(annotated_mp4(clip, recording, OverlayStyle(line_scale=2.0), tmp_path / "a.mp4"))
    assert len(times) == 12
    expected = 10 + 40 * np.minimum(times, 0.32)  # held after the last analysed frame
    np.testing.assert_allclose([knee_x(rgb) for rgb in pictures], expected, atol=1.0)


def test_frames_after_the_end_of_the_part_are_not_held(tmp_path: Path) -> None:
    clip = numbered_clip([40 * number for number in range(12)])
    recording = recording_of(clip, Settings(every_nth_frame=4, end_s=0.25), frames=slice(0, 7, 4))
    times, _ = shown(annotated_mp4(clip, recording, OverlayStyle(), tmp_path / "a.mp4"))
    assert len(times) == 7  # 0 to 0.24 s


@pytest.mark.parametrize("part", [None, (0.5, 1.5)], ids=["whole", "part"])
def test_sound_and_duration_are_the_sources(tmp_path: Path, part: tuple[float, float] | None) -> None:
    clip = sounding_clip()
    start, stop = (0, 50) if part is None else (13, 38)
    settings = Settings() if part is None else Settings(start_s=part[0], end_s=part[1])
    recording = recording_of(clip, settings, frames=slice(start, stop))
    out = annotated_mp4(clip, recording, OverlayStyle(), tmp_path / "a.mp4")
    content = out.read_bytes()
    assert duration_s(content) == pytest.approx(duration_s(clip) if part is None else 1.0, abs=0.04)
    assert louder_at_s(content) == pytest.approx(LOUDER_AT_S - start / 25, abs=0.06)
    assert content.index(b"moov") < content.index(b"mdat")


def test_a_phone_clip_keeps_its_duration_to_within_a_frame(tmp_path: Path) -> None:
    clip = SAMPLE.read_bytes()
    out = annotated_mp4(SAMPLE, recording_of(clip), OverlayStyle(), tmp_path / "a.mp4")
    assert duration_s(out.read_bytes()) == pytest.approx(duration_s(clip), abs=0.05)


@pytest.mark.parametrize("visibility", [1.0, 0.0])
@pytest.mark.parametrize("drawn", [True, False])
def test_faces_are_blurred_drawn_or_not_seen_or_not(tmp_path: Path, visibility: float, drawn: bool) -> None:
    clip = noise_clip([0, 40, 80])
    recording = recording_of(clip)
    face = np.random.default_rng(0).uniform(-6, 6, (11, 2)) + (110, 60)
    recording.image[:, 0, :11, :2] = face
    recording.image[:, 0, :11, 2] = 0
    recording.visibility[:] = visibility
    style = OverlayStyle(low_visibility="hidden", min_visibility=0.5, line_scale=0.25)
    options = {"people": None if drawn else []}
    _, plain = shown(annotated_mp4(clip, recording, style, tmp_path / "a.mp4", **options))
    _, blurred = shown(annotated_mp4(clip, recording, style, tmp_path / "b.mp4", **options, blur_faces=True))
    around = (slice(50, 70), slice(100, 120))
    if visibility == 0 or not drawn:
        assert blurred[1][around].std() < 0.35 * plain[1][around].std()
    assert np.abs(blurred[1][around].astype(int) - plain[1][around]).mean() > 25
    assert np.abs(blurred[1][:, 40:80].astype(int) - plain[1][:, 40:80]).mean() < 6


def test_the_3d_skeleton_stands_beside_the_picture(tmp_path: Path) -> None:
    clip = numbered_clip([0, 40, 80])
    recording = recording_of(clip)
    recording.world[:] = np.random.default_rng(0).uniform(-0.5, 0.5, recording.world.shape)
    _, pictures = shown(annotated_mp4(clip, recording, OverlayStyle(), tmp_path / "a.mp4", side_by_side=True))
    assert pictures[1].shape == (48, 64 + 48, 3)
    panel = pictures[1][:, 64:].astype(int)
    assert (panel[..., 2] - panel[..., 0] > 40).sum() > 10  # left is blue
    assert (panel[..., 0] - panel[..., 2] > 40).sum() > 10  # right is orange


def test_the_origin_is_in_the_file(tmp_path: Path) -> None:
    clip = numbered_clip([0, 40, 80])
    recording, style = recording_of(clip), OverlayStyle(angles=True)
    out = annotated_mp4(clip, recording, style, tmp_path / "a.mp4", space="image", blur_faces=True)
    with av.open(str(out)) as container:
        origin = json.loads(container.metadata["comment"])
    assert {**made_by(recording, style), "blurred_faces": True, "side_by_side": False}.items() <= origin.items()
    assert origin["angles"] == {"space": "image", "reading": "angle_deg"}


def test_it_tells_how_far_it_is(tmp_path: Path) -> None:
    clip = numbered_clip(UNEVEN_MS)
    told: list[Progress] = []
    annotated_mp4(clip, recording_of(clip), OverlayStyle(), tmp_path / "a.mp4", progress=told.append)
    assert (told[-1].frames_done, told[-1].frames_total, told[-1].seconds_left) == (10, 10, 0.0)
    assert told[-1].so_far() is None


@pytest.mark.parametrize("frames", [0, 1, 60])
def test_cancelled_it_leaves_nothing(tmp_path: Path, frames: int) -> None:
    clip = clip_of([np.zeros((48, 64, 3), np.uint8)] * 400, list(range(0, 4000, 10)))
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > frames

    assert annotated_mp4(clip, recording_of(clip), OverlayStyle(), tmp_path / "a.mp4", cancelled=cancelled) is None
    assert asked == frames + 1
    assert list(tmp_path.iterdir()) == []
    assert not [thread for thread in threading.enumerate() if thread.name == "ahead"]


def test_cancelled_it_leaves_an_older_file_as_it_was(tmp_path: Path) -> None:
    clip, out = numbered_clip([0, 40, 80]), tmp_path / "a.mp4"
    out.write_bytes(b"older")
    annotated_mp4(clip, recording_of(clip), OverlayStyle(), out, cancelled=lambda: True)
    assert out.read_bytes() == b"older"


def test_what_cannot_be_done_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    clip, out = numbered_clip([0, 40, 80]), tmp_path / "a.mp4"
    recording = recording_of(clip)
    with pytest.raises(SpaceNotAvailable):
        annotated_mp4(clip, recording, OverlayStyle(), out, space="refined")
    with pytest.raises(NothingInPart):
        annotated_mp4(clip, dataclasses.replace(recording, time=recording.time + 60), OverlayStyle(), out)
    with pytest.raises(NothingInPart):
        annotated_mp4(clip, recording.part(0, 0), OverlayStyle(), out)
    with pytest.raises(ValueError, match="as large as the recording, 32 × 48, got 64 × 48"):
        annotated_mp4(clip, dataclasses.replace(recording, width=32), OverlayStyle(), out)
    with pytest.raises(FileNotFoundError):
        annotated_mp4(clip, recording, OverlayStyle(), tmp_path / "missing" / "a.mp4")
    assert list(tmp_path.iterdir()) == []


def test_names_stand_at_the_heads_with_the_peoples_colours(tmp_path: Path) -> None:
    clip = clip_of([np.full((240, 320, 3), 90, np.uint8)] * 3, [0, 40, 80])
    plain = recording_of(clip)
    image = plain.image.copy()
    image[..., 0] = 160 + 20 * np.sin(np.arange(len(LANDMARKS)))
    image[..., 1] = np.linspace(100, 220, len(LANDMARKS))
    named = dataclasses.replace(plain, image=image, names=("Anna",))

    def magenta(recording: Recording) -> NDArray[np.float64]:
        """The middle of what has this colour in the last frame; nothing else here has it."""
        path = annotated_mp4(clip, recording, OverlayStyle(), tmp_path / "out.mp4", colours=["#FF00FF"])
        assert path is not None
        with av.open(str(path)) as container:
            *_, frame = container.decode(video=0)
        red, green, blue = frame.to_ndarray(format="rgb24").astype(int).transpose(2, 0, 1)
        return np.asarray(np.argwhere((red > 170) & (green < 90) & (blue > 170)), np.float64)

    y, x = magenta(named).mean(axis=0)
    assert 100 < x < 160 and 30 < y < 100, "to the left of the name, above the head"
    assert not len(magenta(dataclasses.replace(named, names=())))


@pytest.mark.parametrize("choices", [{}, {"side_by_side": True, "blur_faces": True}], ids=["skeleton", "everything"])
def test_steps_at_the_same_time_give_what_they_give_one_after_the_other(
    tmp_path: Path, choices: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = noise_clip(UNEVEN_MS)
    recording = recording_of(clip, people=2)
    annotated_mp4(clip, recording, OverlayStyle(angles=True), tmp_path / "at_once.mp4", **choices)

    @contextlib.contextmanager
    def in_a_row(items: Iterable[object]) -> Iterator[Iterator[object]]:
        yield iter(items)

    monkeypatch.setattr(export, "ahead", in_a_row)
    annotated_mp4(clip, recording, OverlayStyle(angles=True), tmp_path / "in_a_row.mp4", **choices)
    assert (tmp_path / "at_once.mp4").read_bytes() == (tmp_path / "in_a_row.mp4").read_bytes()
