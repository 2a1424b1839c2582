from __future__ import annotations

import numpy as np

from core.detection.refinement.bones import (
    RELIANCE,
    USUAL_LENGTH_M,
    from_segments,
    lengths,
    likely_lengths,
    segments,
    with_lengths,
)
from core.detection.refinement.features import USED, mirrored_points
from tests.core.detection.seen_bodies import poses

BODIES = poses(20)[:, list(USED)]


def test_a_body_is_made_of_its_segments() -> None:
    np.testing.assert_allclose(from_segments(segments(BODIES)), BODIES, atol=1e-12)


def test_lengths_are_changed_and_directions_are_not() -> None:
    wanted = np.linspace(0.1, 0.5, len(USUAL_LENGTH_M))
    changed = with_lengths(BODIES, wanted)
    np.testing.assert_allclose(lengths(changed), np.broadcast_to(wanted, lengths(changed).shape))
    before, after = segments(BODIES), segments(changed)
    cosine = (before * after).sum(-1) / np.linalg.norm(before, axis=-1) / np.linalg.norm(after, axis=-1)
    np.testing.assert_allclose(cosine, 1)


def test_likely_lengths_are_the_same_on_both_sides_and_in_a_mirror() -> None:
    lopsided = BODIES * np.linspace(0.8, 1.2, len(USED))[:, None]
    likely = likely_lengths(lopsided)
    np.testing.assert_allclose(likely_lengths(mirrored_points(lopsided)), likely)
    np.testing.assert_allclose(likely[:, 6::2], likely[:, 7::2])
    np.testing.assert_allclose(likely[:, 4], likely[:, 5])


def test_bones_found_much_too_short_become_nearly_usual() -> None:
    likely = likely_lengths(with_lengths(BODIES, 0.5 * USUAL_LENGTH_M))
    np.testing.assert_allclose(likely, np.broadcast_to((1 - RELIANCE / 2) * USUAL_LENGTH_M, likely.shape))


def test_a_segment_without_length_does_no_harm() -> None:
    assert np.isfinite(with_lengths(np.zeros_like(BODIES), USUAL_LENGTH_M)).all()
