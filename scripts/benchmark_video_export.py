"""How much faster an annotated video is made by overlapping its steps, and whether memory grows with its length.

    python scripts/benchmark_video_export.py [--runs 5] [--frames 150] [--minutes 10] [--video-minutes 10]

Speed: the same clip is made in turn with all steps one after the other (reading, drawing, encoding, each with a single
thread), with the codec's own threads but nothing else at the same time, and as `annotated_mp4` does it. Ratios are of
the quickest runs of each, which a machine that is busy with something else disturbs least, and of neighbouring runs.

Memory: a clip of 1920 × 1080 pixels and 10 seconds and one of `--minutes`, each export in a process of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from unittest import mock

import av
import cv2
import numpy as np

PROJECT_FOLDER = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT_FOLDER))

from core import OverlayStyle, Recording, Settings, analyse_video  # noqa: E402
from core.export import annotated_mp4 as export  # noqa: E402
from core.export.angles_csv import write_angles_csv  # noqa: E402
from core.export.landmarks_csv import write_landmarks_csv  # noqa: E402
from core.export.parquet import angles_parquet, landmarks_parquet  # noqa: E402
from core.media.video_writer import VideoWriter  # noqa: E402
from scripts.processor import processor  # noqa: E402

SAMPLE = PROJECT_FOLDER / "samples" / "street_two_people.mp4"
FRAME_RATE = 30
SIZES = [(1280, 720), (1920, 1080)]
SHORT_S = 10
CHOICES: dict[str, dict[str, bool]] = {
    "skeleton": {},
    "skeleton, 3D beside it, faces blurred": {"side_by_side": True, "blur_faces": True},
}


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="how often each way is timed")
    parser.add_argument("--frames", type=int, default=150, help="how long the clip for the speed table is")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long the long clip for the memory table is")
    parser.add_argument(
        "--video-minutes", type=float, help="another length for the annotated video, which takes longest"
    )
    parser.add_argument("--only", choices=["speed", "memory"], help="one table only")
    parser.add_argument("--measure", nargs=3, metavar=("CLIP", "EXPORT", "FRAMES"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(Path(options.measure[0]), options.measure[1], int(options.measure[2]))
        return
    print(processor())
    with tempfile.TemporaryDirectory() as folder:
        if options.only != "memory":
            speed_table(Path(folder), options.runs, options.frames)
        if options.only != "speed":
            memory_table(Path(folder), options.minutes, options.video_minutes or options.minutes)


def speed_table(folder: Path, runs: int, frames: int) -> None:
    """Milliseconds a frame, and how many times as fast."""
    found = analyse_video(SAMPLE, Settings(model="lite", people="all", max_people=2))
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before")
    print("\n| size | what is drawn | in a row, ms | in a row, codec's threads, ms | overlapped, ms | ratio | ", end="")
    print("ratio to the codec's threads | ratio of neighbouring runs, median |")
    print("|---|---|---|---|---|---|---|---|")
    for width, height in SIZES:
        clip = folder / f"{width}.mp4"
        write_clip(clip, width, height, frames)
        recording = looped(found, width, height, frames)
        for name, choices in CHOICES.items():
            turns = [one_turn(clip, recording, folder / "out.mp4", choices) for _ in range(runs)]
            alone, threaded, overlapped = (1000 * min(turn[way] for turn in turns) / frames for way in range(3))
            neighbours = statistics.median(turn[0] / turn[2] for turn in turns)
            print(
                f"| {width} × {height} | {name} | {alone:.1f} | {threaded:.1f} | {overlapped:.1f} "
                f"| {alone / overlapped:.2f} | {threaded / overlapped:.2f} | {neighbours:.2f} |",
                flush=True,
            )
    print(f"\nload {os.getloadavg()[0]:.1f} after")


def one_turn(clip: Path, recording: Recording, out: Path, choices: dict[str, bool]) -> tuple[float, float, float]:
    """Seconds with everything in a row, with the codec's threads only, and overlapped."""

    def seconds() -> float:
        start = time.perf_counter()
        export.annotated_mp4(clip, recording, OverlayStyle(), out, **choices)  # type: ignore[arg-type]
        return time.perf_counter() - start

    with mock.patch.object(export, "ahead", in_a_row):
        threaded = seconds()
        with mock.patch.object(export, "ENCODER_THREADS", 1):
            alone = seconds()
    return alone, threaded, seconds()


@contextlib.contextmanager
def in_a_row(items: Iterable[object], depth: int = 0) -> Iterator[Iterator[object]]:
    """Takes the place of `ahead` and makes nothing ahead."""
    yield iter(items)


def memory_table(folder: Path, minutes: float, video_minutes: float) -> None:
    """The most memory that a process held which made one export of a clip."""
    print("\n| export | length | 10 s, MB | long, MB | more, MB | seconds for the long one |")
    print("|---|---|---|---|---|---|")
    for kind in ("nothing", "landmarks CSV", "angles CSV", "landmarks Parquet", "angles Parquet", "annotated video"):
        length = video_minutes if kind == "annotated video" else minutes
        found = [measured(folder, kind, round(seconds * FRAME_RATE)) for seconds in (SHORT_S, 60 * length)]
        peaks = [peak_mb for peak_mb, _ in found]
        print(
            f"| {kind} | {length:g} min | {peaks[0]:.0f} | {peaks[1]:.0f} | {peaks[1] - peaks[0]:.0f} "
            f"| {found[1][1]:.0f} |",
            flush=True,
        )


def measured(folder: Path, kind: str, frames: int) -> tuple[float, float]:
    """Megabytes at the most, and seconds, of a process that makes one export."""
    clip = folder / "clip.mp4"
    if kind == "annotated video":
        write_clip(clip, 1920, 1080, frames)
    command = [sys.executable, __file__, "--measure", str(clip), kind, str(frames)]
    peak_mb, seconds = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split()[-2:]
    return float(peak_mb), float(seconds)


def measure(clip: Path, kind: str, frames: int) -> None:
    """In the process of its own: make the export and print the peak of the resident memory."""
    start = time.perf_counter()
    recording = two_walking(1920, 1080, frames)
    out = clip.with_name("out")
    if kind == "annotated video":
        export.annotated_mp4(clip, recording, OverlayStyle(), out, side_by_side=True, blur_faces=True)
    elif kind.endswith("CSV"):
        with out.open("wb") as stream:
            (write_landmarks_csv if kind.startswith("landmarks") else write_angles_csv)([recording], stream)
    elif kind.endswith("Parquet"):
        (landmarks_parquet if kind.startswith("landmarks") else angles_parquet)([recording], out)
    # Kilobytes on Linux, bytes on macOS.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(peak / (1e6 if sys.platform == "darwin" else 1e3), time.perf_counter() - start)


def write_clip(path: Path, width: int, height: int, frames: int) -> None:
    """The sample, scaled to this size, again and again: it is encoded once and its packets are repeated."""
    once = path.with_name("once.mp4")
    with av.open(str(SAMPLE)) as container:
        count = min(frames, container.streams.video[0].frames)
        with VideoWriter(once, width, height, frame_rate=FRAME_RATE) as writer:
            for number, frame in zip(range(count), container.decode(video=0), strict=False):
                rgb = np.asarray(cv2.resize(frame.to_ndarray(format="rgb24"), (width, height)), np.uint8)
                writer.write(writer.prepare(rgb), number / FRAME_RATE, 1 / FRAME_RATE)
    written = 0
    with av.open(str(path), "w") as output, av.open(str(once)) as container:
        stream = output.add_stream_from_template(container.streams.video[0], opaque=True)
        while written < frames:
            begin_s = written / FRAME_RATE
            container.seek(0)
            for packet in container.demux(video=0):
                if packet.pts is None or packet.dts is None or written == frames:
                    continue
                shift = round(begin_s / packet.time_base)
                packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, stream
                output.mux(packet)
                written += 1


def looped(found: Recording, width: int, height: int, frames: int) -> Recording:
    """What was found in the sample, as often as the clip repeats it."""
    again = np.arange(frames) % found.frames
    scale = np.array([width / found.width, height / found.height, width / found.width], np.float32)
    return dataclasses.replace(
        found,
        time=np.arange(frames) / FRAME_RATE,
        image=found.image[again] * scale,
        world=found.world[again],
        refined=None if found.refined is None else found.refined[again],
        visibility=found.visibility[again],
        presence=found.presence[again],
        width=width,
        height=height,
    )


def two_walking(width: int, height: int, frames: int) -> Recording:
    """Two bodies of random landmarks, so that measuring memory loads no model."""
    random = np.random.default_rng(0)
    shape = (frames, 2, 33, 3)
    certainty = np.ones(shape[:3], np.float32)
    middle = np.array([[[[width / 3, height / 2, 0]], [[2 * width / 3, height / 2, 0]]]], np.float32)
    world = random.normal(0, 0.3, (1, *shape[1:])).astype(np.float32).repeat(frames, axis=0)
    return Recording(
        time=np.arange(frames) / FRAME_RATE,
        image=middle + world * np.float32(height / 3),
        world=world,
        visibility=certainty,
        presence=certainty,
        width=width,
        height=height,
        frame_rate=FRAME_RATE,
        source="loop.mp4",
        settings=Settings(people="all"),
    )


if __name__ == "__main__":
    main()
