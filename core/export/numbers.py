"""Numbers as files hold them: short in JSON, the same again when read, and zero without a sign."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.rounding import plain_zero

_DIGITS = ".9g"  # nine significant digits tell every float32 from its neighbours


def without_minus_zero(table: pd.DataFrame) -> pd.DataFrame:
    """The same table with plain zeros in its columns of numbers."""
    columns = {str(name): values.to_numpy() for name, values in table.items() if values.dtype.kind == "f"}
    return table.assign(**{name: plain_zero(values) for name, values in columns.items()})


def json_numbers(values: NDArray[np.float32] | NDArray[np.float64]) -> Any:
    """An array as nested lists of numbers.

    Args:
        values: any shape. float32 gets the fewest digits from which the same float32 is read again, whether or not
            the reader goes through double precision; float64 is rounded to nine significant digits.

    Returns:
        Lists as `values.tolist()` gives them; None for NaN and infinity, which JSON does not have.
    """
    values = plain_zero(values)
    numbers = _short_singles(values) if values.dtype == np.float32 else _nine_digits(values)
    numbers[~np.isfinite(values)] = None
    return numbers.tolist()


def _short_singles(values: NDArray[Any]) -> NDArray[np.object_]:
    # The shortest text of 0.1 in single precision is "0.1"; its exact value would read 0.10000000149011612.
    short = values.astype(str).astype(np.float64)
    with np.errstate(over="ignore"):
        changed = short.astype(np.float32) != values
    numbers = short.astype(object)
    numbers[changed] = _nine_digits(values[changed])
    return numbers


def _nine_digits(values: NDArray[Any]) -> NDArray[np.object_]:
    numbers = [float(format(value, _DIGITS)) for value in values.ravel().tolist()]
    return np.array(numbers, dtype=object).reshape(values.shape)
