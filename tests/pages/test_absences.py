"""When somebody was not found, said in one sentence in both languages."""

from __future__ import annotations

import pytest
import streamlit as st

from pages.widgets.absences import absence_sentence
from tests.core.motion.test_absences import found
from tests.core.recordings import some_recording

LONG = "+" * 57 + "." * 4 + "+" * 9


@pytest.mark.parametrize(
    ("pattern", "english", "chinese"),
    [
        (LONG, "Not found from 5.7 to 6.0 s.", "5.7 至 6.0 秒未找到。"),
        ("++.++", "Not found at 0.20 s.", "0.20 秒处未找到。"),
        ("..++.", "Not found from 0.00 to 0.10 s, at 0.40 s.", "0.00 至 0.10 秒、0.40 秒处未找到。"),
        ("....", "Not found in any frame.", "所有帧中均未找到。"),
        ("++++", "", ""),
        (
            "+.+.+...+.+.+..+",
            "Not found at 0.10 s, at 0.30 s, from 0.50 to 0.70 s, from 1.30 to 1.40 s, and 2 more times.",
            "0.10 秒处、0.30 秒处、0.50 至 0.70 秒、1.30 至 1.40 秒、以及另外 2 处未找到。",
        ),
    ],
)
def test_it_is_said(pattern: str, english: str, chinese: str) -> None:
    recording = found("+" * len(pattern), pattern)
    for language, expected in (("en", english), ("zh", chinese)):
        st.session_state["language"] = language
        assert absence_sentence(recording, 1) == expected
        assert absence_sentence(recording, 0) == ""
    st.session_state["language"] = "en"


def test_nobody_is_missed_where_nothing_was_looked_at() -> None:
    assert absence_sentence(some_recording(0), 0) == ""
