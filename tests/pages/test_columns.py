"""What a table shows: no "-0.0", whatever its columns' formats."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from pages.widgets.columns import as_read


def test_what_would_read_as_minus_zero_is_zero_and_everything_else_as_it_was() -> None:
    values = [-0.0, -0.04, -0.06, 0.04, -12.3, np.nan]
    table = pd.DataFrame({"one": values, "two": values, "signed": values, "plain": values, "words": list("abcdef")})
    columns = {
        "one": st.column_config.NumberColumn("one", format="%.1f"),
        "two": st.column_config.NumberColumn("two", format="%.2f"),
        "signed": st.column_config.NumberColumn("signed", format="%+.1f"),
        "plain": st.column_config.NumberColumn("plain"),
        "words": st.column_config.TextColumn("words"),
        "missing": st.column_config.NumberColumn("missing", format="%.1f"),
    }
    read = as_read(table, columns)
    assert [f"{value:.1f}" for value in read["one"]] == ["0.0", "0.0", "-0.1", "0.0", "-12.3", "nan"]
    assert [f"{value:.2f}" for value in read["two"]] == ["0.00", "-0.04", "-0.06", "0.04", "-12.30", "nan"]
    assert [f"{value:+.1f}" for value in read["signed"]][:3] == ["+0.0", "+0.0", "-0.1"]
    np.testing.assert_array_equal(read[["one", "two"]].iloc[2:].to_numpy()[[0, 2]], [[-0.06, -0.06], [-12.3, -12.3]])
    pd.testing.assert_frame_equal(read[["plain", "words"]], table[["plain", "words"]])
