"""A film written while its frames come: what the encoder says reaches whoever brings them."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from av.error import ExternalError

from core.media.live_video import MOST_WAITING, LiveVideo
from core.media.video_writer import VideoWriter

GREY = np.full((64, 64, 3), 128, np.uint8)


@pytest.mark.parametrize("error", [ExternalError(-542398533, "the encoder"), MemoryError(), OSError("full")])
def test_whatever_the_encoder_fails_with_is_told_and_nobody_waits_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(VideoWriter, "write", fail)
    video = LiveVideo(tmp_path / "live.mp4", 64, 64)
    told: list[BaseException] = []

    def bring() -> None:
        try:
            for index in range(2 * MOST_WAITING):
                video.add(GREY, index / 30)
        except BaseException as reason:
            told.append(reason)

    bringing = threading.Thread(target=bring, daemon=True)
    bringing.start()
    bringing.join(60)
    assert told == [error]
    with pytest.raises(type(error)):
        video.close()
