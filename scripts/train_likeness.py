"""Learn how much each clue says about who is who: core/detection/identity/likeness.json.

How to run, from the root of the project:

    python -m scripts.train_likeness [CLIP:PEOPLE ...] [--pictures FOLDER] [--seed 0]

Always used are the samples and the composed clips; more clips may be given, each with the number of people in it, and a
folder with pictures of one body each. What was committed was made with three real clips beside them and 690 rendered
bodies in random clothes. Pairs of stretches of one person, with absences from none to five seconds, are set against
pairs of different people, half of them somewhere near where the first one was lost, a fifth of them dressed alike.
Printed are the weights, and how well they tell people apart whose clip was left out of the fit.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from core import Recording, Settings, analyse_video
from core.detection.agreement import Look
from core.detection.identity.likeness import CLUES, WEIGHTS_PATH, End, clues, described
from core.detection.identity.picture import Picture
from core.detection.identity.tracklet import Tracklet
from core.detection.landmarker import Landmarker
from core.media.images import read_image
from core.media.videos import open_clip
from scripts.composed_clips import LEARNED_FROM
from scripts.identity_metrics import true_people

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
OWN_CLIPS = ((SAMPLES / "street_two_people.mp4", 2), (SAMPLES / "squat_2reps.mp4", 1))
PAIRS_EACH = 400  # of one person, for each subject; as many of different ones
LONGEST_ABSENCE_S, LEAST_FRAMES = 5.0, 6
# Somebody else appears within so many metres of where one was lost, and is seen so much larger or smaller.
NEAR_M, NEAR_SIZE = (4.0, 1.0), 0.35
ALIKE, NO_COLOURS = 0.2, 0.15
WALKING_M_PER_S = np.array([1.0, 0.2])
# What is not fitted, in nats, but set by hand: there are too few such absences for a fit. All that begin and end in the
# midst of the picture, a dozen in the street sample and the composed clips, are one person's; that alone says twelve to
# one. That somebody goes out of sight there and somebody else comes into sight within five seconds is rarer still, and
# at 36 to one the man's somersault has a margin of 2 nats in every disturbed run (docs/benchmarks.md). At the edges
# it is even. The landmarker that had been following somebody is a little more often right than not.
SET = {"midst": 3.6, "landmarker": 0.5}
# No clue counts for more than its deviation says.
LARGEST_WEIGHT = 1.0


@dataclass(frozen=True, eq=False)
class Subject:
    """One person in one clip, and everything that was seen of them."""

    clip: str
    seen: Tracklet


def main() -> None:
    """Collect, fit, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="*")
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    named = [(Path(name), int(people)) for name, _, people in (each.rpartition(":") for each in options.clips)]
    subjects = [
        subject for path, people in (*OWN_CLIPS, *named) for subject in of_recording(path, analysed(path), people)
    ]
    subjects += list(of_scenes())
    strangers = list(of_pictures(options.pictures)) if options.pictures else []
    random = np.random.default_rng(options.seed)
    features, same, clips = pairs(subjects, strangers, random)
    print(f"{len(subjects)} people in {len(set(clips))} clips, {len(strangers)} pictures, {len(same)} pairs")
    for clip in dict.fromkeys(clips):
        left_out = clips == clip
        odds = predicted(fitted(features[~left_out], same[~left_out]), features[left_out])
        here = same[left_out]
        print(
            f"{clip}: wrong {np.mean((odds > 0) != here):.3f}; nats, 5th percentile of the same "
            f"{np.percentile(odds[here], 5):.1f}, 95th of others {np.percentile(odds[~here], 95):.1f}"
        )
    learned = fitted(features, same)
    print(json.dumps(learned, indent=1))
    WEIGHTS_PATH.write_text(json.dumps(learned, indent=1) + "\n", "utf-8")


def analysed(path: Path) -> Recording:
    """Everyone in a clip."""
    return analyse_video(path, Settings(people="all", repair_sides=False))


def of_recording(path: Path, recording: Recording, people: int) -> Iterator[Subject]:
    """The people who are seen longest."""
    seen = np.isfinite(recording.image[..., 0, 0])
    for person in np.argsort(-seen.sum(axis=0), kind="stable")[:people]:
        who = np.where(seen[:, person], person, -1)
        yield Subject(path.name, tracklet_of(path, recording, who))


def of_scenes() -> Iterator[Subject]:
    """The people of the composed clips, by their truth."""
    with tempfile.TemporaryDirectory() as folder:
        for name, make in LEARNED_FROM.items():
            scene = make()
            path = scene.write(Path(folder) / "composed.mp4")
            recording = analysed(path)
            for who in true_people(scene.joints, recording.image).T:
                if (who >= 0).sum() > LEAST_FRAMES:
                    yield Subject(name, tracklet_of(path, recording, who))


def tracklet_of(path: Path, recording: Recording, who: NDArray[np.int64]) -> Tracklet:
    """Everything that was seen of one person, with gaps: `who` (T,) says at which place they stand, -1 for none."""
    tracklet = Tracklet(0)
    clip = open_clip(path)
    with clip.reader() as reader:
        for frame, picture in enumerate(reader.frames(int(clip.pts[0]), clip.pts)):
            if who[frame] >= 0:
                at = frame, who[frame]
                look = Look(*(getattr(recording, name)[at] for name in ("image", "world", "visibility", "presence")))
                tracklet.add(Picture.of_pixels(frame, float(recording.time[frame]), picture.rgb), look)
    return tracklet


def of_pictures(folder: Path) -> Iterator[End]:
    """Strangers."""
    with Landmarker("full") as landmarker:
        for path in sorted(folder.glob("*.jpg")):
            rgb = read_image(path, Settings(), None).rgb
            found = landmarker.detect(rgb, Settings())
            if len(found.image):
                tracklet = Tracklet(0)
                look = Look(found.image[0], found.world[0], found.visibility[0], found.presence[0])
                tracklet.add(Picture.of_pixels(0, 0.0, rgb), look)
                yield described([tracklet], 0)


def pairs(
    subjects: list[Subject], strangers: list[End], random: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.str_]]:
    """(N, 7) clues, (N,) whether it is one person, (N,) the clip of the earlier one."""
    features, same, clips = [], [], []
    for subject in subjects:
        for _ in range(PAIRS_EACH):
            ends = two_ends(subject.seen, random)
            if ends is None:
                continue
            earlier, later = ends
            other = somebody_else(subject, earlier, later, subjects, strangers, random)
            for end, is_same in ((later, True), (other, False)):
                if random.random() < NO_COLOURS:
                    end = replace(end, colours=np.full_like(end.colours, np.nan))
                features.append(np.where(np.isin(CLUES, list(SET)), 0.0, clues(earlier, end)))
                same.append(is_same)
                clips.append(subject.clip)
    return np.array(features), np.array(same), np.array(clips)


def two_ends(seen: Tracklet, random: np.random.Generator) -> tuple[End, End] | None:
    """Two stretches of one person, with an absence in between."""
    absence_s = float(np.exp(random.uniform(np.log(0.03), np.log(LONGEST_ABSENCE_S))))
    last = int(random.integers(LEAST_FRAMES, len(seen)))
    first = int(np.searchsorted(seen.time_s, seen.time_s[last] + absence_s))
    if first > len(seen) - LEAST_FRAMES or seen.time_s[first] - seen.time_s[last] > LONGEST_ABSENCE_S:
        return None
    begin = int(random.integers(0, last + 1 - LEAST_FRAMES + 1))
    end = int(random.integers(first + LEAST_FRAMES, len(seen) + 1))
    earlier, later = (seen.part(part) for part in (slice(begin, last + 1), slice(first, end)))
    return described([earlier], -1), described([later], 0)


def somebody_else(
    subject: Subject,
    earlier: End,
    later: End,
    subjects: list[Subject],
    strangers: list[End],
    random: np.random.Generator,
) -> End:
    """Another person at the time when this one came back, where they were or somewhere near."""
    choice = random.random()
    if choice < ALIKE:
        other = later
    elif choice < 0.6 and strangers:
        other = strangers[int(random.integers(len(strangers)))]
    else:
        others = [each for each in subjects if each is not subject]
        found = two_ends(others[int(random.integers(len(others)))].seen, random)
        other = later if found is None else found[1]
    offset_m = random.uniform(-1, 1, 2) * NEAR_M
    scale = earlier.scale * float(np.exp(random.normal(0, NEAR_SIZE)))
    return replace(
        other,
        time_s=later.time_s,
        place_px=earlier.place_px + offset_m * earlier.scale,
        velocity_px=random.normal(0, WALKING_M_PER_S) * scale,
        scale=scale,
    )


def fitted(features: NDArray[np.float64], same: NDArray[np.bool_]) -> dict[str, dict[str, float]]:
    """The logistic regression: no weight is below 0, and what a clue says by being known has a place of its own."""
    known = np.isfinite(features)
    filled = np.where(known, features, 0.0)
    constant = known[:, [CLUES.index("place"), CLUES.index("colours")]].astype(np.float64)
    columns = np.concatenate([filled, constant], axis=1)
    sign = np.where(same, 1.0, -1.0)

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = sign * (columns @ parameters)
        slope = -sign / (1 + np.exp(np.clip(margins, -500, 500)))
        return float(np.logaddexp(0, -margins).mean()), columns.T @ slope / len(sign)

    count = len(CLUES)
    best = minimize(
        loss,
        np.full(count + 2, 0.1),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, LARGEST_WEIGHT)] * count + [(None, None)] * 2,
    ).x
    weight = {clue: round(float(best[place]), 3) for place, clue in enumerate(CLUES)}
    weight |= SET
    at_zero = dict.fromkeys(CLUES, 0.0)
    at_zero |= {"place": round(float(best[count]), 3), "colours": round(float(best[count + 1]), 3)}
    return {"weight": weight, "at_zero": at_zero}


def predicted(learned: dict[str, dict[str, float]], features: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N,) log-odds by such weights."""
    weight, at_zero = (np.array([learned[name][clue] for clue in CLUES]) for name in ("weight", "at_zero"))
    return np.asarray(np.nansum(weight * features + np.where(np.isfinite(features), at_zero, 0.0), axis=1), np.float64)


if __name__ == "__main__":
    main()
