"""Do other processors, or pictures that differ by next to nothing, give the same people?

How to run, from the root of the project:

    python -m scripts.measure_stability record FILE            what this processor makes of the samples
    python -m scripts.measure_stability compare FILE FILE      how far two such files are apart
    python -m scripts.measure_stability repeat [CLIP:PEOPLE ...] [--runs 30] [--people all] [--clips NAME ...]

`record` on two machines, or on one as it is and as an older one (scripts/older_processor.c), then `compare`. `repeat`
analyses the street and squat samples, the composed clips (all, or those that are named) and the clips given, `--runs`
times each, every time with another disturbance: each value of brightness and colour of each pixel one level higher or
lower or as it is. It prints how often the same people came out, and the smallest margin of a decision about who is who,
in nats. With `--people one` the person is followed who is the largest in the first frame, and it prints in how many
runs nobody else was ever measured in their place.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from unittest import mock

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from core import Recording, Settings, analyse_image, analyse_video
from core.detection.identity import identities
from core.detection.identity.identities import Decision, Identity
from core.detection.people import body_size_px
from core.detection.video_landmarker import VideoLandmarker
from core.media.videos import open_clip
from scripts.composed_clips import SCENES
from scripts.identity_metrics import identity_score

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
PICTURES = ("arms_raised_front.png", "squat90_side.png", "tree_yoga.png", "two_people.png")
STREET = SAMPLES / "street_two_people.mp4"
SQUATS = SAMPLES / "squat_2reps.mp4"
REAL = {"street": (STREET, 2), "squats": (SQUATS, 1)}
MODELS = ("lite", "full")
TIME_BASE = Fraction(1, 90_000)
# Two people are the same ones in two runs whose trunks are this near in the median, in body sizes.
SAME_WAY = 0.2
# Whoever is nearer to what was measured by so many body sizes was measured.
OTHER = 0.2


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("record").add_argument("file", type=Path)
    commands.add_parser("compare").add_argument("files", nargs=2, type=Path)
    repeat = commands.add_parser("repeat")
    repeat.add_argument("paths", nargs="*", metavar="CLIP:PEOPLE")
    repeat.add_argument("--clips", nargs="*", default=[*REAL, *SCENES])
    repeat.add_argument("--people", choices=("all", "one"), default="all")
    repeat.add_argument("--runs", type=int, default=30)
    repeat.add_argument("--model", default="full")
    options = parser.parse_args()
    if options.command == "record":
        np.savez_compressed(options.file, allow_pickle=False, **recorded())
    elif options.command == "compare":
        compare(*(dict(np.load(file)) for file in options.files))
    else:
        repeated(options.paths, options.clips, options.runs, Settings(people=options.people, model=options.model))


def recorded() -> dict[str, NDArray[np.float32]]:
    """(T, P, 33, 3) x, y in pixels and visibility of each sample; NaN where nobody was found."""
    found = {}
    for model in MODELS:
        for name in PICTURES:
            picture = analyse_image(SAMPLES / name, Settings(model=model, people="all"))
            found[f"photo, {model}: {name}"] = _with_visibility(picture.image, picture.visibility)
        for path in (SQUATS, STREET):
            found[f"clip, {model}: {path.name}"] = _one_landmarker(path, model)
        everyone = analyse_video(STREET, Settings(model=model, people="all", repair_sides=False))
        found[f"everyone, {model}: {STREET.name}"] = _with_visibility(everyone.image, everyone.visibility)
    return found


def _with_visibility(image: NDArray[np.float32], visibility: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([image[..., :2], visibility[..., None]], axis=-1)


def _one_landmarker(path: Path, model: str) -> NDArray[np.float32]:
    """What one landmarker in VIDEO mode says from the first frame to the last: each answer rests on the one before."""
    clip = open_clip(path)
    rows = np.full((len(clip.pts), 1, 33, 3), np.nan, np.float32)
    with clip.reader() as reader, VideoLandmarker(Settings(model=model)) as landmarker:
        for row, picture in zip(rows, reader.frames(int(clip.pts[0]), clip.pts), strict=False):
            found = landmarker.detect(picture.rgb, picture.time_s)
            if len(found.image):
                row[0] = _with_visibility(found.image[0], found.visibility[0])
    return rows


def compare(one: dict[str, NDArray[np.float32]], other: dict[str, NDArray[np.float32]]) -> None:
    """Print how far two recordings of the samples are apart."""
    print("| sample | people | px: median | 95 % | max | % of the body: median | 95 % | max | visibility: 95 % | max |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name in one:
        here, there = one[name], other[name]
        people = min(here.shape[1], there.shape[1])
        apart = np.linalg.norm(here[:, :people, :, :2] - there[:, :people, :, :2], axis=-1)
        share = 100 * apart / body_size_px(here[:, :people])[..., None]
        visibility = np.abs(here[:, :people, :, 2] - there[:, :people, :, 2])
        pixels, shares = (_percentiles(values, (50, 95, 100)) for values in (apart, share))
        print(
            f"| {name} | {here.shape[1]} and {there.shape[1]} | "
            + " | ".join(f"{value:.2f}" for value in (*pixels, *shares, *_percentiles(visibility, (95, 100))))
            + " |"
        )
        if len(here) > 1:
            thirds = [f"{_percentiles(part, (50,))[0]:.2f}" for part in np.array_split(share, 3)]
            only = int((np.isfinite(here[:, :people, 0, 0]) != np.isfinite(there[:, :people, 0, 0])).sum())
            print(f"| ... median by thirds of the clip {', '.join(thirds)} %; found by one only: {only} |")


def _percentiles(values: NDArray[np.floating], wanted: tuple[int, ...]) -> list[float]:
    known = values[np.isfinite(values)]
    return [float(np.percentile(known, each)) if known.size else float("nan") for each in wanted]


def repeated(paths: list[str], names: list[str], runs: int, settings: Settings) -> None:
    """Print for each clip how often the same people came out of disturbed runs, and with what margin."""
    print("| clip | people | right | IDF1: least | switches: most | found: least | least margin, nats |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        clips: list[tuple[str, Path, int, NDArray[np.float64] | None]] = []
        for name in names:
            if name in REAL:
                clips.append((name, *REAL[name], None))
            else:
                scene = SCENES[name]()
                path = scene.write(Path(folder) / f"{len(clips)}.mp4")
                clips.append((name, path, scene.joints.shape[1], scene.joints))
        for given in paths:
            file, _, count = given.rpartition(":")
            clips.append((Path(file).name, Path(file), int(count), None))
        for name, path, people, truth in clips:
            print(f"| {name} | {_repeated(path, people, truth, runs, settings)} |", flush=True)


def _repeated(path: Path, people: int, truth: NDArray[np.float64] | None, runs: int, settings: Settings) -> str:
    people = people if settings.people == "all" else 1
    margins: list[float] = []
    counts: list[int] = []
    founds: list[float] = []
    scores = []
    right = 0
    first: Recording | None = None
    for recording, decisions in disturbed_runs(path, settings, runs):
        counts.append(recording.people)
        print(f"{path.name}: run {len(counts)}, {recording.people} people", file=sys.stderr, flush=True)
        margins += [decision.margin for decision in decisions]
        founds.append(float(np.isfinite(recording.image[..., 0, 0]).mean()))
        if truth is None:
            right += recording.people == people and (first is None or same_ways(first, recording))
            first = first or (recording if recording.people == people else None)
        elif settings.people == "one":
            right += recording.people == 1 and not others_measured(truth, recording)
        else:
            scores.append(score := identity_score(truth, recording.image))
            founds[-1] = score.found
            right += score.switches == 0 and score.identities == people
    least, most = (
        min((each.idf1 for each in scores), default=np.nan),
        max((each.switches for each in scores), default=0),
    )
    of_truth = f"{least:.3f} | {most}" if scores else "|"
    seen = ", ".join(f"{count} ({times}x)" for count, times in sorted(Counter(counts).items()))
    margin = min(margins, default=float("inf"))
    return f"{seen} of {people} | {right} of {runs} | {of_truth} | {min(founds):.3f} | {margin:.1f}"


def others_measured(truth: NDArray[np.float64], recording: Recording) -> int:
    """In how many frames of a recording of one person somebody else was measured instead.

    Args:
        truth: (T, P, 33, 2) where everybody is.
        recording: of whoever of them is nearest when they are first found.
    """
    everybody, found = truth[:, :, 23:25].mean(axis=2), recording.image[:, 0, 23:25, :2].mean(axis=1)
    apart = np.linalg.norm(everybody - found[:, None], axis=-1) / body_size_px(recording.image[:, 0])[:, None]
    seen = np.flatnonzero(np.isfinite(apart).any(axis=1))
    meant = int(np.nanargmin(apart[seen[0]]))
    others = np.delete(apart, meant, axis=1)
    nearest = np.where(np.isfinite(others), others, np.inf).min(axis=1)
    return int((nearest[seen] < apart[seen, meant] - OTHER).sum())


def disturbed_runs(path: Path, settings: Settings, runs: int) -> Iterator[tuple[Recording, list[Decision]]]:
    """Analyse a clip so many times, each time with other disturbances; the first time as it is.

    Yields:
        The recording, and the last decisions about who is who that were made for it.
    """
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(runs):
            clip = disturbed(path, Path(folder) / "disturbed.mp4", seed)
            with watched() as decisions:
                recording = analyse_video(clip, settings, workers=2)
            yield recording, decisions()


def disturbed(path: Path, to: Path, seed: int) -> Path:
    """A copy of a clip without further loss, each stored value one level higher, lower, or the same; seed 0: the same.

    Args:
        path: a clip whose stored pictures are 8-bit YUV 4:2:0, upright, with square pixels.
        to: the copy, as large as that takes.
        seed: of the disturbance.
    """
    random = np.random.default_rng(seed)
    with av.open(str(path)) as source, av.open(str(to), "w", format="mp4") as output:
        pictures = source.streams.video[0]
        stream = output.add_stream("libx264", rate=pictures.average_rate)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = pictures.width, pictures.height, "yuv420p"
        stream.codec_context.colorspace = pictures.codec_context.colorspace
        stream.codec_context.color_range = pictures.codec_context.color_range
        stream.time_base = stream.codec_context.time_base = TIME_BASE
        stream.options = {"qp": "0", "preset": "ultrafast"}
        for number, decoded in enumerate(source.decode(pictures)):
            stored = decoded.to_ndarray().astype(np.int16)
            if seed:
                stored += random.integers(-1, 2, stored.shape, np.int16)
            frame = VideoFrame.from_ndarray(np.clip(stored, 0, 255).astype(np.uint8), "yuv420p")
            at_s = number / 30 if decoded.time is None else decoded.time
            frame.pts, frame.time_base = round(at_s / TIME_BASE), TIME_BASE
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return to


@contextmanager
def watched() -> Iterator[Callable[[], list[Decision]]]:
    """While it lasts, what is decided about who is who can be asked for: the last decisions, of the whole clip."""
    last: list[Decision] = []
    real = identities.decided

    def noting(people: list[Identity]) -> tuple[list[Identity], list[Decision]]:
        joined, decisions = real(people)
        last[:] = decisions
        return joined, decisions

    with mock.patch.object(identities, "decided", noting):
        yield lambda: list(last)


def same_ways(one: Recording, other: Recording) -> bool:
    """Whether the people of two recordings of one clip are the same, in the same order, wherever both have them."""
    if one.people != other.people or one.frames != other.frames:
        return False
    trunks = [recording.image[:, :, [11, 12, 23, 24], :2].mean(axis=2) for recording in (one, other)]
    apart = np.linalg.norm(trunks[0] - trunks[1], axis=-1) / body_size_px(one.image)
    return bool((np.nanpercentile(apart, 90, axis=0) < SAME_WAY).all())


if __name__ == "__main__":
    main()
