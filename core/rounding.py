"""Numbers as they are written and shown: a zero has no sign, and what is not known is a dash.

IEEE 754 has a minus zero, and -0.04 with one decimal is "-0.0": both look like a reading with a direction.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

NOTHING = "–"


def plain_zero(values: NDArray[Any], digits: int | None = None) -> NDArray[Any]:
    """Numbers without a minus zero.

    Args:
        values: any shape; NaN stays.
        digits: with so many decimals they will be shown: what would be rounded to minus zero becomes zero. Without it
            only minus zero itself does, and every number stays the same number.

    Returns:
        The same shape and type; whole numbers and everything else that has no minus zero as they are.
    """
    if not np.issubdtype(values.dtype, np.floating):
        return values
    if digits is None:
        return np.asarray(values + values.dtype.type(0))
    with np.errstate(invalid="ignore", over="ignore"):
        return np.where((values <= 0) & (np.round(values, digits) == 0), values.dtype.type(0), values)


def number_text(value: float, digits: int, unit: str = "", *, sign: bool = False) -> str:
    """A number in words: "12.5", with a true minus sign; a dash if it is not known.

    Args:
        value: NaN and infinity are not known.
        digits: decimals.
        unit: follows at once, but not the dash.
        sign: a plus before what is larger than zero.
    """
    if not np.isfinite(value):
        return NOTHING
    rounded = float(plain_zero(np.array(value, np.float64), digits))
    text = f"{rounded:+.{digits}f}" if sign and round(rounded, digits) else f"{rounded:.{digits}f}"
    return text.replace("-", "−") + unit
