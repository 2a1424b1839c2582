"""A part of a page that cannot be worked out fails alone, told and logged."""

from __future__ import annotations

from typing import Any

import pytest

from pages.widgets import numbers, result
from tests.pages.app import open_sample, words


@pytest.mark.parametrize(
    ("module", "reading"), [(numbers, "visibility_figure"), (numbers, "left_right_table"), (result, "photo_advice")]
)
def test_a_reading_of_a_photo_that_fails_takes_nothing_along(
    module: Any, reading: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(module, reading, fail)
    at = open_sample("squat90_side")
    assert not at.exception
    assert {error.value for error in at.error} == {words("common.part_failed")}
    assert len(at.tabs) == 4 and len(at.dataframe(key="landmark_table").value) and len(at.get("download_button")) > 5
    assert any("nobody thought of this" in str(record.exc_info) for record in caplog.records)
