"""The page must need nothing from anywhere, show the recording's numbers, and let no name become markup."""

import json
import re
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from core.errors import SpaceNotAvailable
from core.export.provenance import made_by
from core.export.skeleton_html import TEXTS, skeleton_html
from core.view.figures import VIEWS
from tests.core.recordings import PROVENANCE, some_recording, without

LOADING = {"src", "href", "srcset", "data", "action", "formaction", "poster", "background", "xlink:href", "ping"}
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)> \"quoted\" & 'so'.png"


class Page(HTMLParser):
    """The elements of a page with their attributes, the text of each script and style, and all readable text."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.code: dict[str, list[str]] = {"script": [], "style": []}
        self.text = ""
        self._inside = ""
        self.feed(content.decode("utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag if tag in self.code else ""
        if self._inside:
            self.code[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.code[self._inside][-1] += data
        else:
            self.text += data

    def data(self, identity: str) -> Any:
        scripts = [attributes for tag, attributes in self.elements if tag == "script"]
        index = [attributes.get("id") for attributes in scripts].index(identity)
        assert scripts[index]["type"] == "application/json"
        return json.loads(self.code["script"][index])


def readout(page: Page) -> dict[int, np.ndarray]:
    """For each person in the 3D figure, what its landmarks read out: (33, 3)."""
    traces = [trace for trace in page.data("figure")["data"] if "customdata" in trace]
    tables = [np.array(trace["customdata"], dtype=np.float64) for trace in traces]
    return {int(table[0, 1]): table[:, 2:5] for table in tables}


def test_nothing_is_loaded_from_anywhere() -> None:
    page = Page(skeleton_html(some_recording()))
    for _, attributes in page.elements:
        assert not LOADING & set(attributes)
    assert not {"link", "iframe", "img", "object", "embed", "base"} & {tag for tag, _ in page.elements}
    assert not re.search(r"url\(|@import", "".join(page.code["style"]))
    (policy,) = [each["content"] for _, each in page.elements if each.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives == {
        "default-src": "'none'",
        "script-src": "'unsafe-inline' 'unsafe-eval'",
        "style-src": "'unsafe-inline'",
        "img-src": "data: blob:",
    }


def test_plotly_is_inside() -> None:
    assert any(
        "Plotly" in code and len(code) > 1_000_000 for code in Page(skeleton_html(some_recording())).code["script"]
    )


@pytest.mark.parametrize("space", [None, "refined", "world", "image"])
def test_points_are_the_recordings(space: str | None) -> None:
    recording = some_recording(frames=2, people=3, refined=True)
    found = readout(Page(skeleton_html(recording, frame=1, people=[0, 2], space=space)))
    expected = {"refined": recording.refined, "world": recording.world, "image": recording.image}[space or "refined"]
    assert expected is not None
    assert list(found) == [0, 2]
    for person, points in found.items():
        np.testing.assert_array_equal(points.astype(np.float32), expected[1, person])


def test_there_is_a_button_for_each_view() -> None:
    page = Page(skeleton_html(some_recording(), texts={"front": "Von <vorn>"}))
    buttons = [attributes["data-view"] for tag, attributes in page.elements if tag == "button"]
    assert buttons == ["front", "side", "top", "free"] == list(VIEWS)
    assert page.data("views") == json.loads(json.dumps(VIEWS))
    assert "Von <vorn>" in page.text
    assert TEXTS["side"] in page.text


def test_the_origin_is_readable_and_complete() -> None:
    recording = some_recording()
    page = Page(skeleton_html(recording))
    assert page.data("made-by") == {"source": "squat.png", **made_by(recording), "space": "world"}
    for expected in ("Posescope 0.1.0", "MediaPipe 0.10.31", "model full", PROVENANCE["model_sha256"], "max_people 10"):
        assert expected in page.text


def test_no_name_becomes_markup() -> None:
    page = Page(skeleton_html(some_recording(source=HOSTILE)))
    plain = Page(skeleton_html(some_recording()))
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in plain.elements]
    assert page.data("made-by")["source"] == HOSTILE
    assert page.text.count(HOSTILE) == 2  # the title of the window and the heading


def test_labels_are_used_and_harmless() -> None:
    page = Page(skeleton_html(some_recording(), label=lambda name: f"</script>{name}"))
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in Page(skeleton_html(some_recording())).elements]
    (trace,) = [trace for trace in page.data("figure")["data"] if "customdata" in trace]
    assert trace["text"][0] == "0 </script>nose"


def test_nobody_is_said() -> None:
    lost = without(some_recording(), frame=0, person=0)
    for recording in (some_recording(people=0), lost):
        page = Page(skeleton_html(recording))
        assert page.data("figure")["data"] == []
        assert TEXTS["nobody"] in page.text
    assert TEXTS["nobody"] not in Page(skeleton_html(some_recording())).text


def test_dark_is_another_ground() -> None:
    grounds = [
        Page(skeleton_html(some_recording(), theme=theme)).data("figure")["layout"]["paper_bgcolor"]
        for theme in ("light", "dark")
    ]
    assert grounds == ["#FFFFFF", "#12171E"]


def test_coordinates_that_are_not_there_are_refused() -> None:
    with pytest.raises(SpaceNotAvailable):
        skeleton_html(some_recording(), space="refined")
