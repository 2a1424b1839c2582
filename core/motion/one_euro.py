"""The One Euro filter: smoothing while the camera is running, when the future is not known yet.

Casiez, Roussel and Vogel, 1 Euro Filter: A Simple Speed-based Low-pass Filter for Noisy Input in Interactive Systems,
CHI 2012, 2527-2530. A low-pass filter of first order whose cut-off rises with the speed: steady when slow, quick when
fast.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class OneEuroFilter:
    """Filters one sample after the other. Not for several threads at once.

    Args:
        min_cutoff_hz: the cut-off at rest: lower trembles less.
        beta: how much the cut-off rises with the speed, in Hz for one unit of the samples a second: higher lags less.
            10 suits metres: noise of 1 cm at 30 samples a second falls by half at rest, and a hand that swings at up
            to 2 m/s is 3 cm late. For degrees or pixels take it smaller by as much as the numbers are larger.
        speed_cutoff_hz: the cut-off for the speed itself.
        restart_s: after a gap longer than this an element begins anew with its next sample.
    """

    def __init__(
        self, min_cutoff_hz: float = 1.5, beta: float = 10.0, speed_cutoff_hz: float = 1.0, restart_s: float = 0.5
    ) -> None:
        self._min_cutoff_hz = min_cutoff_hz
        self._beta = beta
        self._speed_cutoff_hz = speed_cutoff_hz
        self._restart_s = restart_s
        self.restart()

    def restart(self) -> None:
        """Forget all samples."""
        self._value: NDArray[np.float64] | None = None
        self._speed = self._seen_s = np.empty(0)

    def __call__(self, time_s: float, sample: NDArray[np.floating]) -> NDArray[np.float64]:
        """The filtered sample.

        Args:
            time_s: when it was taken. A time not after an element's last one leaves that element as it was; one that
                lies before it by more than `restart_s` begins anew.
            sample: any shape, the same in every call; another shape begins anew. NaN where nothing was found.

        Returns:
            The sample's shape; NaN where the sample has NaN, whose next value goes on from what was before.
        """
        sample = np.asarray(sample, np.float64)
        if self._value is None or self._value.shape != sample.shape:
            self._value = np.full(sample.shape, np.nan)
            self._speed = np.zeros(sample.shape)
            self._seen_s = np.full(sample.shape, -np.inf)
        found = np.isfinite(sample)
        step_s = time_s - self._seen_s
        begins = found & (np.abs(step_s) > self._restart_s)
        goes_on = found & (step_s > 0) & ~begins

        safe_s = np.where(goes_on, step_s, 1.0)
        change = np.where(goes_on, sample - self._value, 0.0)
        speed = self._speed + _weight(self._speed_cutoff_hz, safe_s) * (change / safe_s - self._speed)
        cutoff_hz = self._min_cutoff_hz + self._beta * np.abs(speed)
        moved = self._value + _weight(cutoff_hz, safe_s) * change

        self._value = np.where(begins, sample, np.where(goes_on, moved, self._value))
        self._speed = np.where(begins, 0.0, np.where(goes_on, speed, self._speed))
        self._seen_s = np.where(begins | goes_on, time_s, self._seen_s)
        return np.where(found, self._value, np.nan)


def _weight(cutoff_hz: float | NDArray[np.float64], step_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much a new sample counts: the paper's alpha, 1 / (1 + tau / step) with tau = 1 / (2 pi cut-off)."""
    return np.asarray(1 / (1 + 1 / (2 * np.pi * cutoff_hz * step_s)))
