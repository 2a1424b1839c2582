from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.detection.refinement import learned
from core.detection.refinement.learned import COEFFICIENTS, shipped_ensemble, silu
from core.errors import ModelAltered, ModelMissing


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder without coefficients."""
    monkeypatch.setattr(learned, "PROJECT_FOLDER", tmp_path)
    (tmp_path / COEFFICIENTS).parent.mkdir(parents=True)
    return tmp_path / COEFFICIENTS


def test_the_shipped_networks_fit_together() -> None:
    ensemble = shipped_ensemble()
    sizes = [len(ensemble.mean), *(weights.shape[-1] for weights in ensemble.weights)]
    for weights, biases, inputs, outputs in zip(ensemble.weights, ensemble.biases, sizes, sizes[1:], strict=False):
        assert weights.shape == (len(biases), inputs, outputs) and biases.shape[1] == outputs
        assert np.isfinite(weights).all() and np.isfinite(biases).all()


def test_missing_coefficients_are_named(elsewhere: Path) -> None:
    with pytest.raises(ModelMissing, match=r"refinement\.npz"):
        shipped_ensemble.__wrapped__()


def test_altered_coefficients_are_refused(elsewhere: Path) -> None:
    elsewhere.write_bytes(b"something else")
    with pytest.raises(ModelAltered, match=r"refinement\.npz"):
        shipped_ensemble.__wrapped__()


def test_silu_of_any_number_is_finite() -> None:
    x = np.array([-1e30, -100, -1, 0, 1, 100, 1e30], np.float32)
    np.testing.assert_allclose(silu(x), [0, 0, -0.26894143, 0, 0.7310586, 100, 1e30], atol=1e-6)
