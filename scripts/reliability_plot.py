"""What trust promises against what comes true, as an SVG picture for the docs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SIZE_PX, MARGIN_PX = 360, 56
COLOURS = {"refined": "#2287D6", "world": "#DE6A10", "image": "#808A96"}
NAMES = {"refined": "corrected 3D", "world": "raw 3D", "image": "image plane"}
GREY = "#9AA3AD"


def reliability_svg(steps: Mapping[str, Sequence[Mapping[str, float]]], *, least_trust: float) -> str:
    """A point for each step of trust, its area by the number of angles; on the diagonal trust is what comes true.

    Args:
        steps: for each space rows with "trust", "right_share" and "n".
        least_trust: below it angles are left out of summaries: a line.
    """

    def x(value: float) -> float:
        return MARGIN_PX + value * SIZE_PX

    def y(value: float) -> float:
        return 16 + (1 - value) * SIZE_PX

    most = max(row["n"] for rows in steps.values() for row in rows)
    parts = [f'<rect x="{x(0)}" y="{y(1)}" width="{SIZE_PX}" height="{SIZE_PX}" fill="none" stroke="{GREY}"/>']
    for tick in (0, 0.2, 0.4, 0.6, 0.8, 1):
        parts.append(_text(x(tick), y(0) + 18, f"{tick:g}", "middle"))
        parts.append(_text(x(0) - 8, y(tick) + 4, f"{tick:g}", "end"))
    parts.append(f'<path d="M{x(0)} {y(0)}L{x(1)} {y(1)}" stroke="{GREY}" stroke-dasharray="4 4"/>')
    parts.append(f'<path d="M{x(least_trust)} {y(0)}V{y(1)}" stroke="{GREY}" stroke-width="0.75"/>')
    for place, (space, rows) in enumerate(steps.items()):
        line = "L".join(f"{x(row['trust']):.1f} {y(row['right_share']):.1f}" for row in rows)
        parts.append(f'<path d="M{line}" fill="none" stroke="{COLOURS[space]}" stroke-width="1.5"/>')
        for row in rows:
            radius = 3 + 9 * (row["n"] / most) ** 0.5
            parts.append(
                f'<circle cx="{x(row["trust"]):.1f}" cy="{y(row["right_share"]):.1f}" r="{radius:.1f}" '
                f'fill="{COLOURS[space]}" fill-opacity="0.75"><title>{row["n"]} angles, mean error '
                f"{row['mean_error_deg']} degrees</title></circle>"
            )
        parts.append(f'<circle cx="{x(1) + 24}" cy="{y(1) + 12 + 22 * place}" r="6" fill="{COLOURS[space]}"/>')
        parts.append(_text(x(1) + 36, y(1) + 16 + 22 * place, NAMES[space], "start"))
    parts.append(_text(x(0.5), y(0) + 40, "trust", "middle"))
    parts.append(
        f'<text transform="translate(16 {y(0.5)}) rotate(-90)" text-anchor="middle">share within 10 degrees</text>'
    )
    width, height = SIZE_PX + 3 * MARGIN_PX, SIZE_PX + 64
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif" font-size="13" fill="#56616D">\n<rect width="100%" height="100%" fill="#FFFFFF"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{words}</text>'
