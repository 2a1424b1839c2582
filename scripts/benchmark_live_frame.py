"""What the server does for one frame of a live camera, against plain `detect_for_video` on the same frames.

    python scripts/benchmark_live_frame.py [--models lite full heavy] [--rounds 5]

Everything between a frame's arrival and its answer is counted: decoding the JPEG, landmarks, correction, smoothing,
angles and their trust, counting repetitions, packing the answer. Both are measured in turn in one thread, in processor
time, so that other programs do not matter; the browser's and the network's part is in scripts/benchmark_live.py.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import deque
from pathlib import Path

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision
from numpy.typing import NDArray

PROJECT_FOLDER = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT_FOLDER))

from core import Settings  # noqa: E402  # after the path
from core.detection.landmarker_pool import LandmarkerPool  # noqa: E402
from core.detection.models import read_bundle  # noqa: E402
from core.media.jpeg_frames import decoded_frame, encoded_frame  # noqa: E402
from core.media.videos import open_clip  # noqa: E402
from core.settings import MODELS  # noqa: E402
from pages.live_connection import LiveConnection  # noqa: E402
from pages.live_protocol import Choices, Frame  # noqa: E402
from pages.live_sessions import LiveSession  # noqa: E402
from scripts.processor import processor  # noqa: E402

SIZE, FRAME_MS, WARM_UP = (640, 480), 1000 / 30, 10
CLIP = PROJECT_FOLDER / "samples" / "squat_2reps.mp4"


def camera_frames() -> list[NDArray[np.uint8]]:
    """The squats, there and back, as a camera of 640 x 480 pixels gives them."""
    clip = open_clip(CLIP)
    with clip.reader() as reader:
        frames = [np.asarray(cv2.resize(frame.rgb, SIZE), np.uint8) for frame in reader.frames(int(clip.pts[0]))]
    return frames + frames[::-1]


def ours_ms(jpegs: list[bytes], model: str) -> float:
    """Milliseconds of processor time for each frame's answer."""
    connection = LiveConnection(LiveSession(), LandmarkerPool(1).take())
    connection.configure(Choices(Settings(model=model), movement="squat"))
    connection._arrived = deque(maxlen=10**6)  # faster than any camera: it would be refused
    begun = 0.0
    for number, jpeg in enumerate(jpegs):
        begun = time.process_time() if number == WARM_UP else begun
        connection.see(Frame(FRAME_MS * number, number, jpeg))
    took = time.process_time() - begun
    connection.close()
    return 1000 * took / (len(jpegs) - WARM_UP)


def plain_ms(frames: list[NDArray[np.uint8]], model: str) -> float:
    """The same for MediaPipe's defaults, with the pixels at hand."""
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_buffer=read_bundle(model)), running_mode=vision.RunningMode.VIDEO
    )
    begun = 0.0
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        for number, rgb in enumerate(frames):
            begun = time.process_time() if number == WARM_UP else begun
            picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)
            landmarker.detect_for_video(picture, round(FRAME_MS * number))
        took = time.process_time() - begun
    return 1000 * took / (len(frames) - WARM_UP)


def decoding_ms(jpegs: list[bytes]) -> float:
    """Of that, decoding the JPEG."""
    begun = time.process_time()
    for jpeg in jpegs:
        decoded_frame(jpeg)
    return 1000 * (time.process_time() - begun) / len(jpegs)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", default=list(MODELS), choices=MODELS)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    print(processor())
    frames = camera_frames()
    jpegs = [encoded_frame(frame) for frame in frames]
    print("\n| model | a frame's answer, ms | of that the JPEG, ms | detect_for_video alone, ms | ratio |")
    print("|---|---|---|---|---|")
    for model in arguments.models:
        pairs = [(ours_ms(jpegs, model), plain_ms(frames, model)) for _ in range(arguments.rounds)]
        ours, plain = (statistics.median(each) for each in zip(*pairs, strict=True))
        ratio = statistics.median(one / other for one, other in pairs)
        print(f"| {model} | {ours:.1f} | {decoding_ms(jpegs):.1f} | {plain:.1f} | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main()
