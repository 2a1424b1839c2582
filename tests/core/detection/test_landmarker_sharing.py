"""One landmarker and many threads: graphs that break, are crowded out or closed while others use them."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from mediapipe.tasks.python import vision

from core.detection.landmarker import GRAPHS_KEPT, Detection, Landmarker
from core.errors import DetectionFailed, LandmarkerClosed
from core.settings import Settings
from tests.core.truth import ONE_PERSON, TWO_PEOPLE, picture

PROJECT_FOLDER = Path(__file__).parents[3]
GREY = np.full((24, 32, 3), 128, np.uint8)
PATIENCE_S = 20
# More kinds of graph than are kept.
MANY = [Settings(min_detection_confidence=0.3 + 0.05 * step) for step in range(GRAPHS_KEPT + 3)]


def assert_same(one: Detection, other: Detection) -> None:
    for name in ("image", "world", "visibility", "presence"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)


class TestWithMediaPipe:
    def test_threads_get_what_one_alone_would_get(self) -> None:
        rgbs = [picture(name)[::2, ::2] for name in (*ONE_PERSON, TWO_PEOPLE)]
        everyone = Settings(people="all", max_people=3, segmentation=True)
        jobs = list(product(rgbs, [*MANY[:GRAPHS_KEPT], everyone, Settings(people="all")]))
        with Landmarker("lite") as landmarker:
            alone = [landmarker.detect(rgb, settings) for rgb, settings in jobs]
            order = np.random.default_rng(0).permutation(len(jobs))
            with ThreadPoolExecutor(8) as pool:
                together = list(pool.map(lambda job: landmarker.detect(*jobs[job]), order))
        assert sum(len(found.image) for found in alone) >= len(jobs)
        for job, found in zip(order, together, strict=True):
            assert_same(found, alone[job])
            if jobs[job][1].segmentation:
                np.testing.assert_array_equal(found.mask, alone[job].mask)

    def test_closing_while_others_detect(self) -> None:
        rgb = picture("tree_yoga")
        landmarker = Landmarker("lite")
        expected = landmarker.detect(rgb, MANY[0])
        busy = threading.Barrier(5)

        def detect_until_closed(settings: Settings) -> list[Detection]:
            found = [landmarker.detect(rgb, settings)]
            busy.wait(PATIENCE_S)
            while True:
                try:
                    found.append(landmarker.detect(rgb, settings))
                except LandmarkerClosed:
                    return found

        with ThreadPoolExecutor(4) as pool:
            threads = [pool.submit(detect_until_closed, settings) for settings in (MANY[0], MANY[0], MANY[1], MANY[2])]
            busy.wait(PATIENCE_S)
            landmarker.close()
            found = [detection for thread in threads for detection in thread.result(PATIENCE_S)]
        for detection in found:
            assert_same(detection, expected)

    def test_a_graph_that_is_really_in_error_is_replaced_and_does_not_hang(self) -> None:
        # A child process, because a mistake here would hang this one.
        child = subprocess.run(
            [sys.executable, "-c", BREAK_A_GRAPH],
            cwd=PROJECT_FOLDER,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert (child.returncode, child.stdout.split()) == (0, ["broken", "same", "closed"]), child.stderr


BREAK_A_GRAPH = """
import gc
import mediapipe as mp
import numpy as np
from core.detection.landmarker import Landmarker
from core.settings import Settings
from tests.core.truth import picture

rgb, settings = picture("tree_yoga"), Settings()
landmarker = Landmarker("lite")
before = landmarker.detect(rgb, settings)
(graph,) = landmarker._graphs.values()
try:
    grey = mp.Image(image_format=mp.ImageFormat.GRAY8, data=np.ascontiguousarray(rgb[:, :, 0]))
    graph.pose_landmarker.detect(grey)
except (RuntimeError, ValueError):
    print("broken")
after = landmarker.detect(rgb, settings)
assert len(after.image) == 1
np.testing.assert_array_equal(after.image, before.image)
np.testing.assert_array_equal(after.world, before.world)
print("same")
del graph
gc.collect()
landmarker.close()
del landmarker
gc.collect()
print("closed")
"""


@dataclass(eq=False)
class FakeGraph:
    """Stands for MediaPipe's PoseLandmarker: finds nobody, fails or waits when told to, and knows what befell it."""

    failure: Exception | None = None
    gate: threading.Event | None = None
    started: threading.Event = field(default_factory=threading.Event)
    at_work: int = 0
    calls: int = 0
    closed: bool = False
    closed_at_work: bool = False
    _handle: object = "open"

    def detect(self, image: object) -> SimpleNamespace:
        assert not self.closed, "detect after close"
        self.calls += 1
        self.at_work += 1
        self.started.set()
        try:
            if self.gate is not None:
                assert self.gate.wait(PATIENCE_S)
            if self.failure is not None:
                raise self.failure
        finally:
            self.at_work -= 1
        return SimpleNamespace(pose_landmarks=[], pose_world_landmarks=[], segmentation_masks=None)

    def close(self) -> None:
        self.closed, self.closed_at_work = True, self.at_work > 0


@dataclass
class Factory:
    """What MediaPipe will give out next, in order, then plain graphs; and all that it has given."""

    prepared: list[FakeGraph] = field(default_factory=list)
    made: list[FakeGraph] = field(default_factory=list)

    def __call__(self, _: object) -> FakeGraph:
        self.made.append(self.prepared.pop(0) if self.prepared else FakeGraph())
        return self.made[-1]

    @property
    def open(self) -> list[FakeGraph]:
        return [graph for graph in self.made if not graph.closed]


@pytest.fixture
def factory(monkeypatch: pytest.MonkeyPatch) -> Factory:
    made = Factory()
    monkeypatch.setattr(vision.PoseLandmarker, "create_from_options", made)
    return made


@pytest.fixture
def landmarker(factory: Factory) -> Iterator[Landmarker]:
    with Landmarker("lite") as made:
        yield made


# What MediaPipe turns its status codes into (mediapipe_c_utils.convert_to_exception).
@pytest.mark.parametrize(
    "kind",
    [RuntimeError, ValueError, IndexError, TimeoutError, FileNotFoundError, PermissionError, NotImplementedError],
)
class TestFailure:
    def test_once_is_answered_with_a_new_graph(
        self, factory: Factory, landmarker: Landmarker, kind: type[Exception]
    ) -> None:
        factory.prepared = [FakeGraph(failure=kind("in error"))]
        assert len(landmarker.detect(GREY, MANY[0]).image) == 0
        assert [graph.calls for graph in factory.made] == [1, 1]
        landmarker.detect(GREY, MANY[0])
        assert [graph.calls for graph in factory.made] == [1, 2]

    def test_a_broken_graph_is_left_behind_without_closing_it(
        self, factory: Factory, landmarker: Landmarker, kind: type[Exception]
    ) -> None:
        factory.prepared = [FakeGraph(failure=kind("in error"))]
        landmarker.detect(GREY, MANY[0])
        landmarker.close()
        broken, good = factory.made
        assert (broken.closed, broken._handle) == (False, None)
        assert (good.closed, good._handle) == (True, "open")

    def test_twice_is_the_pictures_fault(self, factory: Factory, landmarker: Landmarker, kind: type[Exception]) -> None:
        factory.prepared = [FakeGraph(failure=kind("first")), FakeGraph(failure=kind("second\nline two"))]
        with pytest.raises(DetectionFailed) as caught:
            landmarker.detect(GREY, MANY[0])
        assert str(caught.value) == (
            "The pose detector failed on this picture (second). Try it again, or try another model."
        )
        assert [graph.calls for graph in factory.made] == [1, 1]
        assert len(landmarker.detect(GREY, MANY[0]).image) == 0


class TestKeepingGraphs:
    def test_no_more_than_a_few_stay_open(self, factory: Factory, landmarker: Landmarker) -> None:
        for settings in MANY * 3:
            landmarker.detect(GREY, settings)
            assert len(factory.open) <= GRAPHS_KEPT
        assert len(factory.open) == GRAPHS_KEPT

    def test_the_ones_used_last_are_kept(self, factory: Factory, landmarker: Landmarker) -> None:
        for settings in (*MANY[:GRAPHS_KEPT], MANY[0], MANY[GRAPHS_KEPT]):
            landmarker.detect(GREY, settings)
        assert [graph.closed for graph in factory.made] == [False, True] + [False] * (GRAPHS_KEPT - 1)
        landmarker.detect(GREY, MANY[0])
        assert len(factory.made) == GRAPHS_KEPT + 1

    def test_equal_settings_share_a_graph(self, factory: Factory, landmarker: Landmarker) -> None:
        for settings in (Settings(), Settings(model="heavy"), Settings(enhance_contrast=True), Settings(max_people=9)):
            landmarker.detect(GREY, settings)
        assert len(factory.made) == 1

    def test_preparing_saves_the_first_picture_the_wait(self, factory: Factory, landmarker: Landmarker) -> None:
        landmarker.prepare(MANY[0])
        assert [graph.calls for graph in factory.made] == [0]
        landmarker.detect(GREY, MANY[0])
        assert [graph.calls for graph in factory.made] == [1]

    def test_a_graph_crowded_out_while_in_use_works_on_to_its_end(
        self, factory: Factory, landmarker: Landmarker
    ) -> None:
        slow = FakeGraph(gate=threading.Event())
        factory.prepared = [slow]
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(landmarker.detect, GREY, MANY[0])
            assert slow.started.wait(PATIENCE_S)
            for settings in MANY[1:]:
                landmarker.detect(GREY, settings)
            assert not slow.closed
            slow.gate.set()  # type: ignore[union-attr]
            assert len(answer.result(PATIENCE_S).image) == 0
        assert slow.closed and not slow.closed_at_work
        assert len(factory.open) == GRAPHS_KEPT


class TestClosing:
    def test_closes_every_graph(self, factory: Factory) -> None:
        with Landmarker("lite") as landmarker:
            for settings in MANY[:3]:
                landmarker.detect(GREY, settings)
        assert [graph.closed for graph in factory.made] == [True] * 3

    def test_leaving_with_an_error_closes_too_and_lets_it_through(self, factory: Factory) -> None:
        def fail() -> None:
            with Landmarker("lite") as landmarker:
                landmarker.detect(GREY, MANY[0])
                raise KeyError("mine")

        with pytest.raises(KeyError, match="mine"):
            fail()
        assert [graph.closed for graph in factory.made] == [True]

    def test_nothing_works_afterwards(self, factory: Factory) -> None:
        landmarker = Landmarker("lite")
        landmarker.close()
        landmarker.close()
        with pytest.raises(LandmarkerClosed, match="Make a new one"):
            landmarker.detect(GREY, MANY[0])
        with pytest.raises(LandmarkerClosed, match="Make a new one"):
            landmarker.prepare(MANY[0])
        assert factory.made == []

    def test_a_graph_at_work_is_closed_when_it_has_finished(self, factory: Factory, landmarker: Landmarker) -> None:
        slow = FakeGraph(gate=threading.Event())
        factory.prepared = [slow]
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(landmarker.detect, GREY, MANY[0])
            assert slow.started.wait(PATIENCE_S)
            landmarker.close()
            assert not slow.closed
            slow.gate.set()  # type: ignore[union-attr]
            assert len(answer.result(PATIENCE_S).image) == 0
        assert slow.closed and not slow.closed_at_work
