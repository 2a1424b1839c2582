"""How many of the people in labelled photos are found, how exactly, how often wrongly, and how fast.

How to run, from the root of the project:

    python -m scripts.measure_people FOLDER [--model full] [--search thorough] [--turns 0] [--disturbed]

FOLDER holds photos and truth.json, a list of photos, each with `file` and `persons`; each person has `bbox` (left, top,
width, height) and `keypoints`, a dictionary from COCO's names to x, y and v (0 not labelled, 1 hidden, 2 visible). None
come with the project: their licences forbid it. COCO's annotations of keypoints, put into that form, will do.

A person with at least eight labelled joints is wanted; one with fewer is neither missed nor wrong when found. Somebody
counts as found at an object keypoint similarity of 0.5. Plain MediaPipe, told to find ten people, is measured beside.
With --disturbed it is counted instead how many people come or go when each photo is one grey level lighter, or one
hundredth smaller: by about as much as landmarks differ between processors.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision
from numpy.typing import NDArray

from core import Settings, analyse_image
from core.detection.agreement import AREA_OF_BOX, COMPARED, SIGMAS, oks
from core.detection.landmarker import Landmarker, to_detection
from core.detection.models import read_bundle
from core.media.images import read_image
from core.skeleton import LANDMARKS
from scripts.processor import processor

WANTED_JOINTS, FOUND_OKS, NEAR_PX = 8, 0.5, 10
# Shoulders, hips, knees among the joints that COCO names.
PAIRS = ([5, 6], [11, 12], [13, 14])
Find = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class Labelled:
    """A person in the truth.

    Attributes:
        joints: (17, 2) in pixels.
        there: (17,) whether it is labelled.
        box: left, top, right, bottom.
    """

    joints: NDArray[np.float64]
    there: NDArray[np.bool_]
    box: NDArray[np.float64]

    @property
    def is_wanted(self) -> bool:
        """Whether enough joints are labelled to judge by."""
        return int(self.there.sum()) >= WANTED_JOINTS

    def oks(self, body: NDArray[np.float32]) -> float:
        """Similarity to a body (33, 3), over the labelled joints."""
        squared = ((body[COMPARED, :2] - self.joints) ** 2).sum(axis=-1)
        area = AREA_OF_BOX * float(np.prod(self.box[2:] - self.box[:2]))
        return float(np.exp(-squared / (2 * (2 * SIGMAS[COMPARED]) ** 2 * area))[self.there].mean())

    def holds(self, body: NDArray[np.float32]) -> bool:
        """Whether a body's middle is in the box."""
        middle = np.median(body[:, :2], axis=0)
        return bool((middle >= self.box[:2] - NEAR_PX).all() and (middle <= self.box[2:] + NEAR_PX).all())

    def turned(self, turns: int, width: int, height: int) -> Labelled:
        """As in the picture turned anticlockwise by quarter turns."""
        joints, corners = self.joints, self.box.reshape(2, 2)
        for _ in range(turns):
            joints, corners = (np.stack([part[:, 1], width - part[:, 0]], axis=-1) for part in (joints, corners))
            width, height = height, width
        return Labelled(joints, self.there, np.concatenate([corners.min(axis=0), corners.max(axis=0)]))


@dataclass
class Tally:
    """What one way of finding has found."""

    wanted: int = 0
    similarities: dict[tuple[str, int], float] = field(default_factory=dict)  # of the photo and the person in it
    wrong: int = 0
    empty: int = 0
    empty_with_somebody: int = 0
    wall_s: list[float] = field(default_factory=list)
    nobody_s: list[float] = field(default_factory=list)  # the same of the photos without anybody
    cpu_s: list[float] = field(default_factory=list)
    kinds: dict[str, list[bool]] = field(default_factory=dict)

    def __str__(self) -> str:
        found = len(self.similarities)
        oks = np.mean(list(self.similarities.values()) or [0])
        precision = found / max(1, found + self.wrong)
        return (
            f"recall {found / max(1, self.wanted):.2f} ({found} of {self.wanted}) at precision {precision:.2f}, "
            f"mean OKS {oks:.3f}, somebody in {self.empty_with_somebody} of {self.empty} "
            f"empty photos, {1000 * np.mean(self.wall_s):.0f} ms a photo (at most {1000 * np.max(self.wall_s):.0f}), "
            f"{1000 * np.mean(self.cpu_s):.0f} ms of processor time"
        )


def kinds_of(person: Labelled, others: list[Labelled], width: int, height: int) -> list[str]:
    """Small, lying, seated, cropped, overlapping, as far as the labels tell; or none of these."""
    size = person.box[2:] - person.box[:2]
    shoulders, hips, knees = (person.joints[part].mean(axis=0) for part in PAIRS)
    both = [bool(person.there[part].all()) for part in PAIRS]
    kinds = []
    if size.max() < 0.2 * max(width, height):
        kinds.append("small")
    if both[0] and both[1]:
        trunk = np.abs(hips - shoulders)
        if trunk[0] > trunk[1]:
            kinds.append("lying")
        elif both[2] and abs(knees[1] - hips[1]) < 0.5 * trunk[1]:
            kinds.append("seated")
    if (person.box[:2] < 3).any() or (person.box[2:] > np.array([width, height]) - 3).any():
        kinds.append("cropped")
    for other in others:
        shared = np.minimum(person.box[2:], other.box[2:]) - np.maximum(person.box[:2], other.box[:2])
        if other is not person and (shared > 0).all() and np.prod(shared) > 0.2 * np.prod(size):
            kinds.append("overlapping")
            break
    return kinds or ["none of these"]


def count(
    tally: Tally, photo: str, bodies: NDArray[np.float32], people: list[Labelled], width: int, height: int
) -> None:
    """Add one photo. The largest people choose first, as in COCO's evaluation; each body counts once."""
    wanted = sorted((person for person in people if person.is_wanted), key=lambda person: -np.ptp(person.box[1::2]))
    free = list(bodies)
    for person in wanted:
        similarity = [person.oks(body) for body in free]
        best = int(np.argmax(similarity)) if similarity else -1
        found = bool(similarity) and similarity[best] >= FOUND_OKS
        if found:
            tally.similarities[photo, people.index(person)] = similarity[best]
            free.pop(best)
        for kind in kinds_of(person, people, width, height):
            tally.kinds.setdefault(kind, []).append(found)
    tally.wanted += len(wanted)
    ignored = [person for person in people if not person.is_wanted]
    tally.wrong += sum(not any(person.holds(body) for person in ignored) for body in free)
    tally.empty += not people
    tally.empty_with_somebody += not people and len(bodies) > 0


def measure(
    folder: Path, photos: list[dict[str, Any]], ways: dict[str, Find], turns: int
) -> dict[str, tuple[Tally, Tally, Tally]]:
    """Each way of finding on every photo, in turn: all photos, those with an even and those with an odd number."""
    tallies = {name: (Tally(), Tally(), Tally()) for name in ways}
    for number, photo in enumerate(photos):
        upright = read_image(folder / photo["file"], Settings()).rgb
        height, width = upright.shape[:2]
        people = [labelled(person).turned(turns, width, height) for person in photo["persons"]]
        rgb = np.ascontiguousarray(np.rot90(upright, turns))
        for name, find in ways.items():
            wall_s, cpu_s = time.perf_counter(), time.process_time()
            bodies = find(rgb)
            took = time.perf_counter() - wall_s, time.process_time() - cpu_s
            for tally in (tallies[name][0], tallies[name][1 + number % 2]):
                tally.wall_s.append(took[0])
                tally.nobody_s += [] if people else [took[0]]
                tally.cpu_s.append(took[1])
                count(tally, photo["file"], bodies, people, rgb.shape[1], rgb.shape[0])
    return tallies


def labelled(person: dict[str, Any]) -> Labelled:
    """A person of truth.json."""
    names = [LANDMARKS[index] for index in COMPARED]
    points = np.array([person["keypoints"].get(name, [0, 0, 0]) for name in names], np.float64)
    left, top, width, height = person["bbox"]
    return Labelled(points[:, :2], points[:, 2] > 0, np.array([left, top, left + width, top + height], np.float64))


def disturbed(rgb: NDArray[np.uint8]) -> dict[str, tuple[NDArray[np.uint8], float]]:
    """The photo a little different, and the scale of each."""
    smaller = np.asarray(cv2.resize(rgb, None, fx=0.99, fy=0.99, interpolation=cv2.INTER_AREA), np.uint8)
    lighter = np.minimum(rgb, 254) + np.uint8(1)
    return {"one grey level lighter": (lighter, 1.0), "one hundredth smaller": (smaller, 0.99)}


def print_disturbed(folder: Path, photos: list[dict[str, Any]], ways: dict[str, Find]) -> None:
    """How many people come or go in pictures that are a little different."""
    for name, find in ways.items():
        found, changed = 0, dict.fromkeys(disturbed(np.zeros((100, 100, 3), np.uint8)), 0)
        for photo in photos:
            rgb = read_image(folder / photo["file"], Settings()).rgb
            bodies = find(rgb)
            found += len(bodies)
            for how, (other, scale) in disturbed(rgb).items():
                others = list(find(other) / np.float32(scale))
                for body in bodies:
                    same = [float(oks(body, each)) for each in others]
                    if same and max(same) >= FOUND_OKS:
                        others.pop(int(np.argmax(same)))
                    else:
                        changed[how] += 1
                changed[how] += len(others)
        print(f"{name}: {found} people; come or go: " + ", ".join(f"{each} {how}" for how, each in changed.items()))


def plain(model: str) -> Find:
    """MediaPipe with its own bundle and defaults, told to find ten people."""
    options = vision.PoseLandmarkerOptions(BaseOptions(model_asset_buffer=read_bundle(model)), num_poses=10)
    landmarker = vision.PoseLandmarker.create_from_options(options)

    def find(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        height, width = rgb.shape[:2]
        picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)
        return to_detection(landmarker.detect(picture), width, height, None).image

    return find


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description="Measure how people are found in labelled photos.")
    parser.add_argument("folder", type=Path, help="holds truth.json and the photos")
    parser.add_argument("--model", default="full")
    parser.add_argument("--search", default="thorough")
    parser.add_argument("--turns", type=int, default=0, help="turn every photo by so many quarter turns")
    parser.add_argument("--disturbed", action="store_true", help="count who comes or goes in slightly other pictures")
    arguments = parser.parse_args()
    print(processor())
    photos = json.loads((arguments.folder / "truth.json").read_text("utf-8"))
    settings = Settings(model=arguments.model, people="all", search=arguments.search)
    landmarker = Landmarker(arguments.model)
    ways: dict[str, Find] = {
        "Posescope": lambda rgb: analyse_image(rgb, settings, landmarker=landmarker).image[0],
        "plain MediaPipe": plain(arguments.model),
    }
    for find in ways.values():  # the models are loaded outside the measured time
        find(np.full((64, 64, 3), 128, np.uint8))
    if arguments.disturbed:
        print_disturbed(arguments.folder, photos, ways)
        return
    tallies = measure(arguments.folder, photos, ways, arguments.turns)
    for name, parts in tallies.items():
        for part, tally in zip(("all", "even photos", "odd photos"), parts, strict=True):
            print(f"{name}, {part}: {tally}")
    ours, others = (parts[0].similarities for parts in tallies.values())
    both = ours.keys() & others.keys()
    means = [np.mean([each[person] for person in both]) for each in (ours, others)]
    print(f"the {len(both)} whom both find: mean OKS {means[0]:.3f} and {means[1]:.3f}")
    ours_cpu, plain_cpu = (float(np.sum(parts[0].cpu_s)) for parts in tallies.values())
    ours_wall, plain_wall = (float(np.sum(parts[0].wall_s)) for parts in tallies.values())
    print(f"times as long as plain: {ours_wall / plain_wall:.1f}, in processor time {ours_cpu / plain_cpu:.1f}")
    ours_s, plain_s = (np.array(parts[0].nobody_s) for parts in tallies.values())
    beyond_ms = 1000 * (ours_s - plain_s)
    print(
        f"nobody: beyond a single detection {np.median(beyond_ms):.0f} ms in the median, "
        f"at most {beyond_ms.max():.0f}, below 60 in {(beyond_ms < 60).sum()} of {len(beyond_ms)}"
    )
    for kind in tallies["Posescope"][0].kinds:
        found = {name: parts[0].kinds[kind] for name, parts in tallies.items()}
        print(f"{kind}: " + ", ".join(f"{name} {sum(each)} of {len(each)}" for name, each in found.items()))


if __name__ == "__main__":
    main()
