"""How long a photo takes, beside MediaPipe alone on the same picture in the same run; and whether memory grows.

    python scripts/benchmark.py [--runs 30]

Prints the tables of docs/benchmarks.md. Times are medians in milliseconds; ratios are medians of the ratios of
neighbouring runs, so that a machine that is now faster, now slower does not blur them.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision
from numpy.typing import NDArray

PROJECT_FOLDER = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT_FOLDER))

from core import OverlayStyle, Recording, Settings, analyse_image, joint_angles, landmark_table  # noqa: E402
from core.detection.models import read_bundle  # noqa: E402
from core.export.archive_zip import archive_zip  # noqa: E402
from core.media.images import read_image  # noqa: E402
from core.settings import MODELS  # noqa: E402
from core.view.charts import left_right_figure, visibility_figure  # noqa: E402
from core.view.figures import skeleton_figure  # noqa: E402
from core.view.overlay import draw_overlay  # noqa: E402
from core.view.screen import for_screen  # noqa: E402
from core.view.tables import left_right_table  # noqa: E402
from scripts.processor import processor  # noqa: E402

SIZES = {"640 × 480": (640, 480), "12 megapixels (4000 × 3000)": (4000, 3000)}


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=30, help="how often each thing is timed")
    parser.add_argument("--photos", type=int, default=200, help="how many photos for the memory table")
    options = parser.parse_args()
    print(processor())
    detection_table(options.runs)
    views_table(options.runs)
    first_and_second_photo()
    memory_table(options.photos)


def detection_table(runs: int) -> None:
    """From the bytes of a JPEG to a Recording, against `detect` alone."""
    print("\n| photo | model | bytes to Recording, ms | MediaPipe's detect alone, ms | ratio |")
    print("|---|---|---|---|---|")
    for size, shape in SIZES.items():
        content = photo_jpeg(*shape)
        for model in MODELS:
            ours, alone, ratio = beside_detect(content, model, runs)
            print(f"| {size} | {model} | {ours:.1f} | {alone:.1f} | {ratio:.2f} |", flush=True)


def beside_detect(content: bytes, model: str, runs: int) -> tuple[float, float, float]:
    """Median milliseconds of ours and of detect alone, and the median of their ratios, run in turn."""
    settings = Settings(model=model)
    rgb = read_image(content, settings).rgb
    detect = detect_alone(model, rgb)
    pairs = []
    for run in range(runs + 3):
        # Whoever comes second finds warm caches: take turns.
        if run % 2:
            alone, ours = milliseconds(detect), milliseconds(lambda: analyse_image(content, settings))
        else:
            ours, alone = milliseconds(lambda: analyse_image(content, settings)), milliseconds(detect)
        pairs.append((ours, alone))
    pairs = pairs[3:]
    return (
        statistics.median(ours for ours, _ in pairs),
        statistics.median(alone for _, alone in pairs),
        statistics.median(ours / alone for ours, alone in pairs),
    )


def detect_alone(model: str, rgb: NDArray[np.uint8]) -> Callable[[], object]:
    """MediaPipe with its defaults and nothing around it."""
    landmarker = vision.PoseLandmarker.create_from_options(
        vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_buffer=read_bundle(model)), running_mode=vision.RunningMode.IMAGE
        )
    )
    return lambda: landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb))


def views_table(runs: int) -> None:
    """What the Image page makes of a Recording."""
    print("\n| what the page shows | " + " | ".join(f"{size}, ms" for size in SIZES) + " |")
    print("|---|" + "---|" * len(SIZES))
    columns = [views_of(photo_jpeg(*shape)) for shape in SIZES.values()]
    for name in columns[0]:
        print(
            f"| {name} | " + " | ".join(f"{median_ms(column[name], runs):.1f}" for column in columns) + " |", flush=True
        )


def views_of(content: bytes) -> dict[str, Callable[[], object]]:
    """Each view of one photo, ready to be timed."""
    rgb = read_image(content, Settings()).rgb
    recording = analyse_image(content, Settings())
    style = OverlayStyle()

    def screen_overlay() -> object:
        small_rgb, small = for_screen(rgb, recording)
        return draw_overlay(small_rgb, small, style)

    def tables() -> object:
        angles = joint_angles(recording)
        return left_right_table(angles), landmark_table(recording)

    return {
        "overlay at screen size": screen_overlay,
        "overlay at full size": lambda: draw_overlay(rgb, recording, style),
        "3D skeleton": lambda: skeleton_figure(recording).to_json(),
        "charts": lambda: charts(recording),
        "tables": tables,
        "everything as a ZIP": lambda: archive_zip(rgb, recording, style),
    }


def charts(recording: Recording) -> object:
    """The two charts of the page."""
    table = left_right_table(joint_angles(recording))
    return visibility_figure(recording).to_json(), left_right_figure(table).to_json()


def first_and_second_photo() -> None:
    """The second photo must not load the model again."""
    from core.detection.landmarker import Landmarker

    content = photo_jpeg(640, 480)
    print("\n| model | loading, with the first photo, ms | second photo, ms |")
    print("|---|---|---|")
    for model in MODELS:
        settings = Settings(model=model)
        start = time.perf_counter()
        landmarker = Landmarker(model)
        analyse_image(content, settings, landmarker=landmarker)
        first = 1000 * (time.perf_counter() - start)
        second = milliseconds(lambda: analyse_image(content, settings, landmarker=landmarker))  # noqa: B023
        print(f"| {model} | {first:.0f} | {second:.0f} |")
        landmarker.close()


def memory_table(photos: int) -> None:
    """Resident memory while photo follows photo, of changing size and content."""
    print("\n| photos analysed | resident memory, MB |")
    print("|---|---|")
    generator = np.random.default_rng(0)
    base = cv2.imread(str(PROJECT_FOLDER / "samples" / "tree_yoga.png"))
    assert base is not None
    for number in range(1, photos + 1):
        scale = generator.uniform(0.5, 2.0)
        picture = cv2.resize(base, None, fx=scale, fy=scale)
        content = cv2.imencode(".jpg", picture)[1].tobytes()
        analyse_image(content, Settings(segmentation=bool(number % 2)))
        if number in (1, 20, 50, 100, 150, 200, photos):
            print(f"| {number} | {resident_mb():.0f} |", flush=True)


def photo_jpeg(width: int, height: int) -> bytes:
    """A person in a picture of that size."""
    picture = cv2.imread(str(PROJECT_FOLDER / "samples" / "arms_raised_front.png"))
    assert picture is not None
    cut = picture[140:680]  # 4:3, the whole person in it
    return cv2.imencode(".jpg", cv2.resize(cut, (width, height), interpolation=cv2.INTER_CUBIC))[1].tobytes()


def median_ms(action: Callable[[], object], runs: int) -> float:
    """The median time of an action in milliseconds."""
    action()
    return statistics.median(milliseconds(action) for _ in range(runs))


def milliseconds(action: Callable[[], object]) -> float:
    """How long an action takes once."""
    start = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - start)


def resident_mb() -> float:
    """What this process holds in memory now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


if __name__ == "__main__":
    main()
