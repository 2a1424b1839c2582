"""A copy of the open clip for a browser that cannot play the clip itself."""

from __future__ import annotations

from pathlib import Path

from core.media.playable_mp4 import write_playable_mp4
from core.media.videos import Clip
from pages.clips_route import share_file, take_back
from pages.widgets.clip_work import ClipFile


class PlayableCopy(ClipFile):
    """An H.264 copy in the making.

    Attributes:
        address: where the browser gets it; empty until it is there.
    """

    def __init__(self, clip: Clip, path: Path) -> None:
        super().__init__(path)
        self.address = ""
        self._clip = clip

    @property
    def failed(self) -> bool:
        """There will be none."""
        return self.error is not None

    def close(self) -> None:
        """Stop working and serving."""
        super().close()
        take_back(self.address)

    def _make(self) -> None:
        def tell(share: float) -> None:
            self.share = share

        if write_playable_mp4(self._clip, self.path, progress=tell, cancelled=self._stop.is_set):
            self.address = share_file(self.path, "video/mp4")
        if self._stop.is_set():
            take_back(self.address)
