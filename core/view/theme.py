"""Colours and type of the figures on a light and on a dark ground. Left, right and centre come from the skeleton."""

from __future__ import annotations

from dataclasses import dataclass

FONT = "IBM Plex Sans, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"


@dataclass(frozen=True)
class Theme:
    """The neutral colours of a figure."""

    ground: str
    ink: str
    faint_ink: str
    grid: str
    accent: str


THEMES: dict[str, Theme] = {
    "light": Theme(ground="#FFFFFF", ink="#1B2430", faint_ink="#5B6675", grid="#D9DEE5", accent="#0B7A6F"),
    "dark": Theme(ground="#12171E", ink="#E8ECF1", faint_ink="#9AA5B4", grid="#2D3742", accent="#3CC6B4"),
}
