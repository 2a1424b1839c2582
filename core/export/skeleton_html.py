"""The 3D skeleton as one web page that needs no network: Plotly and the data are inside."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from string import Template
from typing import Any

from plotly.offline import get_plotlyjs

from core.export.provenance import made_by, source_name
from core.motion.unsure import drawn_people
from core.recording import Recording
from core.view.figures import VIEWS, Label, english, skeleton_figure
from core.view.theme import FONT, THEMES

TEXTS: dict[str, str] = {
    "lang": "en",
    "title": "3D skeleton",
    "views": "View",
    "front": "Front",
    "side": "Side",
    "top": "Top",
    "free": "Free",
    "settings": "Settings",
    "nobody": "Nobody was found here.",
    "no_script": "This page needs JavaScript to show the skeleton.",
}

# The policy makes the browser itself refuse every request. Plotly's 3D code compiles functions from text.
_PAGE = Template("""<!DOCTYPE html>
<html lang="$lang">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; \
style-src 'unsafe-inline'; img-src data: blob:">
<title>$source · $title</title>
<style>
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; background: $ground; color: $ink; font: 14px/1.45 $font; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px; padding: 10px 16px; }
h1 { flex: 1 1 auto; margin: 0; font-size: 16px; font-weight: 600; overflow-wrap: anywhere; }
h1 small { font-size: inherit; font-weight: 400; color: $faint_ink; }
nav { display: flex; gap: 6px; }
button { min-height: 36px; padding: 0 14px; border: 1px solid $grid; border-radius: 8px; background: none;
  color: inherit; font: inherit; cursor: pointer; }
button:hover { border-color: $accent; color: $accent; }
button:focus-visible, summary:focus-visible { outline: 2px solid $accent; outline-offset: 2px; }
@media (pointer: coarse) { button { min-height: 44px; } }
main { position: relative; flex: 1 1 0; min-height: 240px; }
#skeleton { position: absolute; inset: 0; overflow: hidden; }
.note { position: absolute; inset: 0; display: grid; place-content: center; margin: 0; color: $faint_ink; }
footer { padding: 8px 16px 12px; font-size: 12px; color: $faint_ink; overflow-wrap: anywhere; }
footer p { margin: 4px 0 0; }
summary { cursor: pointer; }
</style>
</head>
<body>
<header>
<h1>$source <small>$title</small></h1>
<nav aria-label="$views_label">
$buttons
</nav>
</header>
<main><div id="skeleton"></div>$note<noscript><p class="note">$no_script</p></noscript></main>
<footer><details><summary>$made</summary><p>$settings_label: $settings</p></details></footer>
<script type="application/json" id="made-by">$made_by</script>
<script type="application/json" id="figure">$figure</script>
<script type="application/json" id="views">$views</script>
<script>$plotly</script>
<script>
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const figure = read("figure");
const views = read("views");
const plot = document.getElementById("skeleton");
// Part by part: a whole camera with another projection would leave Plotly with an empty scene.
const turn = (camera) => Plotly.relayout(plot, Object.fromEntries(
  Object.entries({"projection.type": camera.projection.type, eye: camera.eye, up: camera.up, center: camera.center})
    .map(([part, value]) => ["scene.camera." + part, value])));
if (figure.data.length) {
  Plotly.newPlot(plot, figure.data, figure.layout, {displaylogo: false}).then(() => {
    new ResizeObserver(() => Plotly.Plots.resize(plot)).observe(plot);
    for (const button of document.querySelectorAll("button[data-view]")) {
      button.addEventListener("click", () => turn(views[button.dataset.view]));
    }
  });
}
</script>
</body>
</html>
""")


def skeleton_html(
    recording: Recording,
    *,
    frame: int = 0,
    people: Sequence[int] | None = None,
    space: str | None = None,
    theme: str = "light",
    label: Label = english,
    texts: Mapping[str, str] = TEXTS,
    colours: Sequence[str] | None = None,
    min_visibility: float = 0.5,
    low_visibility: str = "hollow",
) -> bytes:
    """The 3D skeleton of one frame as an HTML page, in UTF-8.

    It fills the window, turns by dragging, has a button for each of `core.view.figures.VIEWS`, and names its origin
    at the foot: versions, model and its SHA-256, with the settings folded away. The same stands as JSON in the
    element with the id "made-by".

    Args:
        recording: whose people to show.
        frame: which frame.
        people: which people; all but unsure finds (`core.motion.unsure`) if None or all of several. Those not found in
            this frame are left out; with nobody left, the page says so.
        space: "refined", "world" or "image"; the recording's best if None.
        theme: "light" or "dark".
        label: the words for landmark and axis names.
        texts: the page's own words, in place of those in `TEXTS`; it may hold only some of them.
        colours: the people's own, as in `skeleton_figure`.
        min_visibility, low_visibility: as in `skeleton_figure`.

    Raises:
        SpaceNotAvailable: the recording does not hold these coordinates.
    """
    space = space or recording.spaces[0]
    people = drawn_people(recording, people, min_visibility)
    figure = skeleton_figure(
        recording,
        frame=frame,
        people=people,
        space=space,
        theme=theme,
        label=label,
        colours=colours,
        min_visibility=min_visibility,
        low_visibility=low_visibility,
    )
    words = {name: html.escape(text) for name, text in {**TEXTS, **texts}.items()}
    neutral = THEMES[theme]
    page = _PAGE.substitute(
        lang=words["lang"],
        title=words["title"],
        no_script=words["no_script"],
        views_label=words["views"],
        settings_label=words["settings"],
        source=html.escape(source_name(recording)),
        ground=neutral.ground,
        ink=neutral.ink,
        faint_ink=neutral.faint_ink,
        grid=neutral.grid,
        accent=neutral.accent,
        font=FONT,
        buttons="\n".join(f'<button type="button" data-view="{view}">{words[view]}</button>' for view in VIEWS),
        note="" if figure.data else f'<p class="note">{words["nobody"]}</p>',
        made=html.escape(_made(recording, space)),
        settings=html.escape(_listed(recording.settings.as_dict())),
        made_by=_script_json({"source": source_name(recording), **made_by(recording, drawn=people), "space": space}),
        figure=_script_text(figure.to_json()),
        views=_script_json(VIEWS),
        plotly=get_plotlyjs(),
    )
    return page.encode("utf-8")


def _made(recording: Recording, space: str) -> str:
    """The origin in one line."""
    names = {"posescope": "Posescope", "mediapipe": "MediaPipe", "model": "model", "model_sha256": "SHA-256"}
    parts = [f"{names.get(name, name)} {value}" for name, value in recording.provenance.items()]
    if recording.left_out:
        parts.append(f"left out {recording.left_out}")
    return " · ".join([*parts, f"{space} coordinates"])


def _listed(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in settings.items())


def _script_json(value: object) -> str:
    return _script_text(json.dumps(value, ensure_ascii=False, allow_nan=False))


def _script_text(text: str) -> str:
    """JSON that cannot end the script element that it stands in."""
    return text.replace("<", "\\u003c")
