"""Every format of one recording in one ZIP file, with a page that explains them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from textwrap import fill

import numpy as np
from numpy.typing import NDArray

from core.export import angles_csv, csv_text, landmarks_csv, segments_csv
from core.export.overlay_png import overlay_png
from core.export.provenance import file_stem, made_by, source_name
from core.export.recording_json import recording_json
from core.export.skeleton_html import TEXTS, skeleton_html
from core.recording import Recording
from core.settings import OverlayStyle
from core.version import VERSION
from core.view.figures import Label, english

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first date that ZIP knows, so that equal contents give equal files
_UNIX = 3  # else the file would depend on the system that it is made on


def archive_zip(
    rgb: NDArray[np.uint8],
    recording: Recording,
    style: OverlayStyle,
    *,
    frame: int = 0,
    people: Sequence[int] | None = None,
    space: str | None = None,
    reading: str = "angle_deg",
    theme: str = "light",
    label: Label = english,
    texts: Mapping[str, str] = TEXTS,
    colours: Sequence[str] | None = None,
) -> bytes:
    """All exports of a recording as a ZIP file. Equal input gives equal bytes.

    It holds, each with the source's name in front (as "squat_landmarks.csv"): landmarks.csv, angles.csv,
    segments.csv, recording.json, overlay.png, skeleton.html and README.txt. The tables have everyone in every frame;
    the picture and the 3D skeleton show `people` in `frame`.

    Args:
        rgb: (height, width, 3) uint8, the picture to draw on.
        recording: what to export.
        style: how to draw the picture.
        frame: which frame is drawn.
        people: who is drawn; everyone if None.
        space: what angles and the 3D skeleton are measured in; the recording's best if None.
        reading: what written angles count: "angle_deg" or "flexion_deg".
        theme, label, texts: as in `skeleton_html`.
        colours: the people's own, as in `draw_overlay`.

    Raises:
        SpaceNotAvailable: the recording does not hold these coordinates.
        ValueError: the picture's shape is not the recording's.
    """
    stem = file_stem(recording.source)
    members = {
        "landmarks.csv": landmarks_csv.landmarks_csv([recording]),
        "angles.csv": angles_csv.angles_csv([recording], space),
        "segments.csv": segments_csv.segments_csv([recording], space),
        "recording.json": recording_json(recording, space),
        "overlay.png": overlay_png(
            rgb, recording, style, frame=frame, people=people, space=space, reading=reading, colours=colours
        ),
        "skeleton.html": skeleton_html(
            recording,
            frame=frame,
            people=people,
            space=space,
            theme=theme,
            label=label,
            texts=texts,
            colours=colours,
            min_visibility=style.min_visibility,
            low_visibility=style.low_visibility,
        ),
        "README.txt": readme(recording, style).encode("utf-8"),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(f"{stem}_{name}", _EARLIEST)
            entry.create_system = _UNIX
            entry.external_attr = 0o644 << 16
            # A PNG is deflated already: doing it again would take seconds and gain nothing.
            method = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, method)
    return file.getvalue()


def readme(recording: Recording, style: OverlayStyle) -> str:
    """What each file and each column is, and what made them."""
    columns = {
        "landmarks.csv": landmarks_csv.COLUMNS,
        "angles.csv": angles_csv.COLUMNS,
        "segments.csv": segments_csv.COLUMNS,
    }
    if recording.names:
        meanings = csv_text.NAME_COLUMN | {key: value for own in columns.values() for key, value in own.items()}
        columns = {
            name: {key: meanings[key] for key in csv_text.columns_with_name(own)} for name, own in columns.items()
        }
    reason = {} if recording.people else csv_text.REASON_COLUMN
    parts = [
        f"{source_name(recording)}\nMeasured with Posescope {VERSION}, on the user's own computer.",
        _FILES,
        *(
            f"{name}, column by column\n\n{_list(own | csv_text.ORIGIN_COLUMNS | reason)}"
            for name, own in columns.items()
        ),
        _READING,
        "What made these files\n\n" + json.dumps(made_by(recording, style), ensure_ascii=False, indent=2),
    ]
    return "\n\n\n".join(parts) + "\n"


def _list(meanings: Mapping[str, str]) -> str:
    return "\n".join(
        fill(f"{name:<16}{meaning}", width=100, subsequent_indent=" " * 16) for name, meaning in meanings.items()
    )


_FILES = "The files\n\n" + _list(
    {
        "landmarks.csv": "the 33 landmarks of everyone in every frame, a row each",
        "angles.csv": "the joint angles of everyone in every frame, a row each",
        "segments.csv": "how each part of the body stands in space, of everyone in every frame, a row each",
        "recording.json": "landmarks and joint angles in one structured file, with MediaPipe's normalised coordinates",
        "overlay.png": "the picture with the skeletons at full size; what made it stands in its text chunks",
        "skeleton.html": "the skeleton in 3D: open it in any browser, drag to turn; it needs no network",
    }
)

_READING = """How to read the tables

- All are CSV in UTF-8: a header, then rows, separated by commas, with a point in decimal numbers.
- An empty cell means that nothing was found, or that an angle is not defined there.
- Pixels are those of the upright picture. Metres are estimated by the model from one view: they are
  right in proportion rather than in absolute length.
- Angles are right as far as the model is. They are not a medical measurement."""
