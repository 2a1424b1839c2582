"""Where movement ends and noise begins: the cut-off frequency of each curve by residual analysis."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.motion.gaps import as_columns
from core.motion.smoothing import butterworth, usual_rate_hz

# What an analysis may come to. Slower than the first nothing is told from drift in a clip of a few seconds; above the
# second no joint moves on purpose (walking: below 6 Hz, Winter, section 3.4).
LOWEST_HZ, HIGHEST_HZ = 1.0, 15.0
# Where a curve tells nothing, Winter's own choice for walking.
USUAL_HZ = 6.0
# Of half the frame rate: the tail, which is taken to be noise alone.
_TAIL_FROM, _TAIL_TO = 0.5, 0.9
_CANDIDATES = 30
# A shorter curve holds too few swings of the lowest candidate.
_FEWEST = 20


def residual_cutoff_hz(
    time_s: NDArray[np.float64], values: NDArray[np.float64], order: int = 4, gap_s: float = 0.0
) -> NDArray[np.float64]:
    """The cut-off at which as much movement is lost as noise is let through.

    Residual analysis (Winter, Biomechanics and Motor Control of Human Movement, 4th ed. 2009, section 3.4.4.3): the
    residual between a curve and the same filtered falls with the cut-off; where only noise is left it falls along a
    line, whose value at 0 Hz is all the noise. The cut-off is where the residual is as large as that. Winter's line is
    through the residual itself; here it is through its square, because the power of white noise, not its root, grows
    with the band, and with the tail as near to half the frame rate as it is at 20 to 60 frames a second the root is
    bent. On simulated gait, squats and jumps at 20, 30 and 60 Hz with white noise this came nearer to the best cut-off.

    Args:
        time_s: (T,) seconds, strictly ascending.
        values: (T, ...), NaN in gaps.
        order: of the Butterworth filter, after both passes.
        gap_s: see `core.motion.gaps.stretches`.

    Returns:
        (...) Hz for each curve, LOWEST_HZ to HIGHEST_HZ; USUAL_HZ for curves of less than 20 values, and at most 0.9
        times half the frame rate.
    """
    half_rate_hz = usual_rate_hz(time_s) / 2
    curves = as_columns(values)
    known = np.isfinite(curves)
    chosen = np.full(curves.shape[1], USUAL_HZ)
    able = known.sum(axis=0) >= _FEWEST
    highest_hz = _TAIL_TO * half_rate_hz
    if able.any() and highest_hz > LOWEST_HZ:
        candidates_hz = np.geomspace(min(LOWEST_HZ, highest_hz / 4), highest_hz, _CANDIDATES)
        count = known[:, able].sum(axis=0)
        power = np.empty((_CANDIDATES, count.size))
        for index, cutoff_hz in enumerate(candidates_hz):
            removed = curves[:, able] - butterworth(time_s, curves[:, able], cutoff_hz, order, gap_s)
            power[index] = np.nansum(removed**2, axis=0) / count
        chosen[able] = _where_noise_begins(candidates_hz, power, candidates_hz >= _TAIL_FROM * half_rate_hz)
    highest_hz = min(HIGHEST_HZ, highest_hz) if half_rate_hz else HIGHEST_HZ
    # To a tenth: more digits mean nothing, and curves that share a cut-off are filtered together.
    limited: NDArray[np.float64] = np.clip(chosen.round(1), min(LOWEST_HZ, highest_hz), highest_hz)
    return limited.reshape(values.shape[1:])


def _where_noise_begins(
    candidates_hz: NDArray[np.float64], power: NDArray[np.float64], tail: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """The cut-off (N,) at which the power of the residual (C, N) falls to that of all the noise."""
    line = np.polynomial.polynomial.polyfit(candidates_hz[tail], power[tail], 1)  # (2, N): at 0 Hz, slope
    noise = np.maximum(line[0], power[-1])
    below = power <= noise
    after = below.argmax(axis=0)
    before = np.maximum(after - 1, 0)
    curve = np.arange(power.shape[1])
    drop = power[before, curve] - power[after, curve]
    share = np.where(drop > 0, (power[before, curve] - noise) / np.where(drop > 0, drop, 1.0), 1.0)
    return np.asarray(candidates_hz[before] + np.clip(share, 0, 1) * (candidates_hz[after] - candidates_hz[before]))
