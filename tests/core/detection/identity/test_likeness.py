"""Log-odds that two stretches are one person: no clue speaks for it by deviating, and decisions have a margin."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.detection.agreement import Look
from core.detection.identity.appearance import pixels_a_metre
from core.detection.identity.identities import Decision, Identity, decided
from core.detection.identity.likeness import CLUES, End, clues, described, log_odds
from core.detection.identity.tracklet import Tracklet
from tests.core.detection.bodies import body_at, look_at, walking

# Landmarks of one clip on processors with and without AVX-512 are this far apart in the median, in shares of the body
# (docs/benchmarks.md).
BETWEEN_PROCESSORS = 0.005


def standing(time_s: float, x_m: float = 5.0, y_m: float = 3.0, speed: float = 0.0, midst: float = 1.0) -> End:
    """Somebody 100 pixels a metre large, in grey."""
    return End(
        time_s=time_s,
        place_px=100 * np.array([x_m, y_m]),
        velocity_px=100 * np.array([speed, 0.0]),
        scale=100.0,
        colours=np.full((5, 3), 50.0),
        samples=np.full(5, 5),
        bones=np.zeros(12),
        midst=midst,
    )


def odds(earlier: End, later: End) -> float:
    return log_odds(clues(earlier, later))


@given(st.floats(0.03, 5), st.floats(0, 8), st.floats(0, 8))
def test_further_to_the_side_is_never_likelier(absence_s: float, near_m: float, further_m: float) -> None:
    end, (near_m, further_m) = standing(0), sorted((near_m, further_m))
    assert odds(end, standing(absence_s, 5 + near_m)) >= odds(end, standing(absence_s, 5 + further_m)) - 1e-9


@given(st.floats(0.03, 5), st.floats(0, 60), st.floats(0, 60), st.sampled_from(["colours", "bones", "scale"]))
def test_more_unlike_is_never_likelier(absence_s: float, one: float, other: float, name: str) -> None:
    def unlike(by: float) -> float:
        later = standing(absence_s)
        changed = later.scale * np.exp(by / 20) if name == "scale" else getattr(later, name) + by
        # What grows keeps its place and its speed in metres: both are 0 here.
        return odds(standing(0), dataclasses.replace(later, **{name: changed}))

    less, more = sorted((one, other))
    assert unlike(less) >= unlike(more) - 1e-9


def test_whoever_jumps_down_is_still_the_same_and_who_walks_elsewhere_is_not() -> None:
    """Two metres down in 0.7 s is a fall; to the side or up it is not."""
    end = standing(0)
    assert odds(end, standing(0.7, y_m=5)) > 2
    assert odds(end, standing(0.7, y_m=5)) > odds(end, standing(0.7, y_m=1)) + 2
    # Alone in the picture, dressed alike, as large: still somebody else.
    assert odds(end, standing(0.7, x_m=10, speed=-1.2)) < -3


def test_who_is_not_seen_well_enough_for_colours_is_judged_by_the_rest() -> None:
    unseen = dataclasses.replace(standing(0.5), colours=np.full((5, 3), np.nan), samples=np.zeros(5, int))
    of = clues(standing(0), unseen)
    assert np.isnan(of[CLUES.index("colours")])
    assert np.isfinite(log_odds(of))


def test_who_crouches_is_as_large_as_before() -> None:
    body, world = body_at(300), look_at(300).world
    crouching = body.copy(), world.copy()
    for array in crouching:
        array[:, 1] *= 0.5
    assert pixels_a_metre(*crouching) == pytest.approx(pixels_a_metre(body, world), rel=0.35)


def disturbed(tracklet: Tracklet, random: np.random.Generator) -> Identity:
    size = float(np.ptp(tracklet.looks[0].image[:, 1]))
    looks = [
        Look(
            look.image + random.normal(0, BETWEEN_PROCESSORS * size, look.image.shape).astype(np.float32),
            look.world + random.normal(0, BETWEEN_PROCESSORS * 1.8, look.world.shape).astype(np.float32),
            look.visibility,
            look.presence,
        )
        for look in tracklet.looks
    ]
    return Identity([dataclasses.replace(tracklet, looks=looks)])


@pytest.mark.parametrize("alike", [True, False])
def test_who_is_who_after_a_crossing_has_a_margin_however_the_landmarks_are_disturbed(alike: bool) -> None:
    """Unseen for half a second while they cross. Every right join is three nats (20 to 1) better than the next best."""
    random = np.random.default_rng(3)
    for _ in range(30):
        pieces = [
            disturbed(walking(frames, x, speed, colour=colour), random)
            for x, speed, colour in ((100, 8, 200), (500, -8, 200 if alike else 60))
            for frames in (range(20), range(30, 50))
        ]
        people, decisions = decided(pieces)
        assert len(people) == 2
        for person in people:
            assert len({np.sign(each.velocity(0)[0]) for each in person.tracklets}) == 1
        assert least_margin(decisions) > 3


def test_who_has_left_at_one_side_is_not_who_comes_in_at_the_other() -> None:
    random = np.random.default_rng(4)
    for _ in range(30):
        gone, new = walking(range(20), 2700, 12), walking(range(60, 80), -500, 12)
        people, decisions = decided([disturbed(gone, random), disturbed(new, random)])
        assert len(people) == 2
        assert least_margin(decisions) > 3


def least_margin(decisions: list[Decision]) -> float:
    return min(decision.margin for decision in decisions)


def test_what_describes_an_end_is_near_it() -> None:
    tracklet = walking(range(20), 100, 6)
    start, end = described([tracklet], 0), described([tracklet], -1)
    assert end.place_px[0] - start.place_px[0] == pytest.approx(6 * 19, abs=0.1)
    assert start.velocity_px == pytest.approx((120, 0), abs=0.5)
