"""A part of a page that cannot be worked out fails alone, told and logged."""

from __future__ import annotations

from typing import Any

import pytest

from pages.widgets import numbers
from tests.pages.app import open_sample, words


def test_a_chart_of_a_photo_that_fails_takes_nothing_along(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(numbers, "visibility_figure", fail)
    at = open_sample("squat90_side")
    assert not at.exception
    assert [error.value for error in at.error] == [words("common.part_failed")]
    assert len(at.tabs) == 4 and len(at.dataframe(key="angle_table").value) and len(at.get("download_button")) > 5
    assert any("nobody thought of this" in str(record.exc_info) for record in caplog.records)
