"""How fast a clip is analysed, beside the loop that every tutorial shows, in turn; and what memory it takes.

    python scripts/benchmark_video.py speed [--runs 5]
    python scripts/benchmark_video.py sizes [--runs 3]
    python scripts/benchmark_video.py people [--runs 5]
    python scripts/benchmark_video.py memory [--minutes 10]
    python scripts/benchmark_video.py landmarks FILE

`sizes` is the street clip at 540p and enlarged to 1080p and 4K: how fast, when the first skeleton can be shown, and the
peak memory. `landmarks FILE` keeps what is found in the samples, or says how far it is from what another state of the
project has kept in that file.

Ratios are medians of the ratios of neighbouring runs. Memory is the peak of a process of its own for each clip.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import cv2
import mediapipe as mp
import numpy as np
from av.video.reformatter import Interpolation
from mediapipe.tasks.python import BaseOptions, vision

PROJECT_FOLDER = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT_FOLDER))

from core import Settings, analyse_video  # noqa: E402  # after the path
from core.detection.models import read_bundle  # noqa: E402
from core.detection.people import body_size_px  # noqa: E402
from core.progress import Progress  # noqa: E402
from core.settings import MODELS  # noqa: E402
from scripts.processor import processor  # noqa: E402

SIZES = ((960, 540), (1920, 1080), (3840, 2160))
CLIPS = ("street_two_people.mp4", "squat_2reps.mp4")


def main() -> None:
    """Print one of the tables of docs/benchmarks.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["speed", "sizes", "people", "memory", "landmarks", "peak"])
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clip", type=Path)
    parser.add_argument("--model", default="lite")
    options = parser.parse_args()
    print(processor())
    if options.what == "speed":
        speed_table(options.runs)
    elif options.what == "sizes":
        sizes_table(options.runs)
    elif options.what == "landmarks":
        landmarks_table(options.file)
    elif options.what == "people":
        people_table(options.runs)
    elif options.what == "memory":
        memory_table(options.minutes)
    else:
        print(peak_mb(options.clip, options.model))


def speed_table(runs: int) -> None:
    """Seconds of both, and how many times as fast ours is."""
    print("| clip | model | tutorial loop, s | analyse_video, s | times as fast |")
    print("|---|---|---|---|---|")
    for name in CLIPS:
        clip = PROJECT_FOLDER / "samples" / name
        for model in MODELS:
            ours(clip, model)
            pairs = [(tutorial_loop(clip, model), ours(clip, model)) for _ in range(runs)]
            loop, mine = (statistics.median(column) for column in zip(*pairs, strict=True))
            ratio = statistics.median(a / b for a, b in pairs)
            print(f"| {name} | {model} | {loop:.2f} | {mine:.2f} | {ratio:.2f} |", flush=True)


def sizes_table(runs: int) -> None:
    """The street clip with full at 540p, 1080p and 4K."""
    print("| size | tutorial loop, s | analyse_video, s | times as fast | first skeleton after, s | peak memory, MB |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for width, height in SIZES:
            clip = Path(folder) / f"{height}.mp4"
            write_enlarged(PROJECT_FOLDER / "samples" / CLIPS[0], clip, (width, height))
            ours(clip, "full")
            pairs = [(tutorial_loop(clip, "full"), ours(clip, "full")) for _ in range(runs)]
            loop, mine = (statistics.median(column) for column in zip(*pairs, strict=True))
            ratio = statistics.median(a / b for a, b in pairs)
            first = statistics.median(first_skeleton_s(clip) for _ in range(runs))
            command = [sys.executable, __file__, "peak", "--clip", str(clip), "--model", "full"]
            peak = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip().splitlines()[-1]
            print(f"| {width} × {height} | {loop:.2f} | {mine:.2f} | {ratio:.2f} | {first:.2f} | {peak} |", flush=True)


def first_skeleton_s(clip: Path) -> float:
    """When somebody asking now and then, as the page does, first gets a recording with a skeleton in it."""
    found: list[float] = []
    start = time.perf_counter()

    def look(progress: Progress) -> None:
        so_far = None if found else progress.so_far()
        if so_far is not None and so_far.people and np.isfinite(so_far.image).any():
            found.append(time.perf_counter() - start)

    analyse_video(clip, Settings(model="full"), look, cancelled=lambda: bool(found))
    return found[0]


def write_enlarged(source: Path, to: Path, size: tuple[int, int]) -> None:
    """A clip in another size, with one key frame."""
    with av.open(str(source)) as clip, av.open(str(to), "w") as output:
        pictures = clip.streams.video[0]
        options = {"preset": "veryfast", "crf": "18"}
        stream = output.add_stream("libx264", rate=pictures.average_rate, options=options)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.time_base = stream.codec_context.time_base = pictures.time_base or Fraction(1, 30)
        stream.gop_size = 10_000
        for decoded in clip.decode(pictures):
            output.mux(stream.encode(decoded.reformat(*size, format="yuv420p", interpolation=Interpolation.LANCZOS)))
        output.mux(stream.encode())


def landmarks_table(file: Path) -> None:
    """Keep the landmarks of the sample clips in a file, or compare with those that are in it."""
    found = {
        f"{name}, {people}": analyse_video(PROJECT_FOLDER / "samples" / name, Settings(people=people)).image
        for name in CLIPS
        for people in ("one", "all")
    }
    if not file.exists():
        np.savez_compressed(file, allow_pickle=False, **found)
        return
    print("| clip | people | frames found by both | by one only | apart, % of the body: median | 95 % |")
    print("|---|---|---|---|---|---|")
    with np.load(file) as kept:
        for name, now in found.items():
            people = min(now.shape[1], kept[name].shape[1])
            here, there = now[:, :people], kept[name][:, :people]
            apart = np.linalg.norm(here[..., :2] - there[..., :2], axis=-1) / body_size_px(here)[..., None]
            both = np.isfinite(apart[..., 0])
            either = np.isfinite(here[..., 0, 0]) | np.isfinite(there[..., 0, 0])
            median, most = (100 * np.percentile(apart[both], share) for share in (50, 95))
            print(f"| {name} | {people} | {both.sum()} | {(either & ~both).sum()} | {median:.2f} | {most:.2f} |")


def tutorial_loop(clip: Path, model: str) -> float:
    """Read with OpenCV, detect, one frame after the other."""
    start = time.perf_counter()
    landmarker = vision.PoseLandmarker.create_from_options(
        vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=read_bundle(model)), running_mode=vision.RunningMode.VIDEO
        )
    )
    capture, number = cv2.VideoCapture(str(clip)), 0
    while True:
        read, bgr = capture.read()
        if not read:
            break
        rgb = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
        landmarker.detect_for_video(mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb), number * 33)
        number += 1
    landmarker.close()
    return time.perf_counter() - start


def ours(clip: Path, model: str, people: str = "one") -> float:
    """The same with `analyse_video`."""
    start = time.perf_counter()
    analyse_video(clip, Settings(model=model, people=people))
    return time.perf_counter() - start


def people_table(runs: int) -> None:
    """Seconds for the main person and for both people, and the speed with both as a share of that with one."""
    clip = PROJECT_FOLDER / "samples" / CLIPS[0]
    print("| model | one person, s | both, s | speed of both, of one |\n|---|---|---|---|")
    for model in MODELS:
        ours(clip, model), ours(clip, model, "all")
        pairs = [(ours(clip, model), ours(clip, model, "all")) for _ in range(runs)]
        one, both = (statistics.median(column) for column in zip(*pairs, strict=True))
        print(f"| {model} | {one:.2f} | {both:.2f} | {statistics.median(a / b for a, b in pairs):.2f} |", flush=True)


def memory_table(minutes: float) -> None:
    """Peak memory for a clip of ten seconds and for a long one, both 1920 x 1080 at 30 frames a second."""
    print("| 1080p clip | peak memory of the process, MB |")
    print("|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for seconds in (10.0, 60 * minutes):
            clip = Path(folder) / f"{seconds:.0f}.mp4"
            write_long_clip(clip, round(30 * seconds))
            command = [sys.executable, __file__, "peak", "--clip", str(clip)]
            output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            print(f"| {seconds:.0f} s | {output.strip().splitlines()[-1]} |", flush=True)


def peak_mb(clip: Path, model: str) -> int:
    """The peak memory of this process once it has analysed a clip."""
    analyse_video(clip, Settings(model=model))
    # What `resource.getrusage` says begins with the peak of the process that has started this one.
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return round(next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024)


def write_long_clip(path: Path, frames: int) -> None:
    """The street clip over and over, enlarged to 1080p."""
    with av.open(str(PROJECT_FOLDER / "samples" / CLIPS[0])) as source:
        pictures = [frame.to_ndarray(format="rgb24") for frame in source.decode(video=0)]
    large = [np.asarray(cv2.resize(picture, (1920, 1080)), np.uint8) for picture in pictures[60:180:2]]
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=30, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
        for number in range(frames):
            # There and back again, so that nobody jumps.
            turn = number % (2 * len(large) - 2)
            frame = av.VideoFrame.from_ndarray(large[min(turn, 2 * len(large) - 2 - turn)], format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 30)
            output.mux(stream.encode(frame))
        output.mux(stream.encode())


if __name__ == "__main__":
    main()
