"""A recording as JSON: structured, self-explaining, for programs and for people who read it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from core.export.numbers import json_numbers
from core.export.provenance import made_by, person_names, source_name
from core.motion.angles import JOINTS, joint_angle_arrays
from core.motion.arrays import AngleArrays
from core.recording import Recording
from core.skeleton import LANDMARKS

FORMAT = "posescope recording"
FORMAT_VERSION = 1
# A frame as Python's own numbers and lists is five times as large as its text.
FRAMES_A_PIECE = 32

COORDINATES: dict[str, str] = {
    "normalised": "as MediaPipe gives them: x is x in pixels divided by width_px, y is y in pixels divided by "
    "height_px, z is z in pixels divided by width_px",
    "pixels": "of the upright source: x to the right from the left edge, y downwards from the upper edge, z the "
    "estimated depth from the middle of the hips, smaller is nearer to the camera",
    "metres": "MediaPipe's world landmarks, from the middle of the hips: x to the right of the picture, y downwards, "
    "z away from the camera",
}
_REFINED = "metres after the 3D correction, in the same frame and unit"


def recording_json(recording: Recording, space: str | None = None) -> bytes:
    """A recording as strictly valid JSON in UTF-8.

    The structure, with units in the names where they are not the word itself:

        format, format_version      "posescope recording", 1
        source, width_px, height_px, frame_rate_hz
        made_by                     versions, model, model_sha256, settings, and what could not be read, found or
                                    decided, if anything (core.export.provenance.shortfalls): repairs, left_out,
                                    not_found and so on
        people                      person, name: only where people were given names
        coordinates                 what normalised, pixels, metres and refined mean
        frames                      one for each frame
            frame, time_s
            people                  those found in this frame
                person              the same number is the same person in every frame
                landmarks           index, name, normalised, pixels, metres, refined (x, y, z each), visibility,
                                    presence
                angles              joint, angle_deg, flexion_deg, space, trust

    `refined` is there only where a 3D correction was made. Coordinates have as few digits as give the same float32
    again; angles have nine. NaN is null. People who were not found in a frame are missing from its list.

    Args:
        recording: T frames, P people.
        space: what the angles are measured in: "refined", "world" or "image"; the recording's best if None.

    Raises:
        SpaceNotAvailable: the recording does not hold these coordinates.
    """
    return b"".join(recording_json_pieces(recording, space))


def write_recording_json(recording: Recording, stream: BinaryIO, space: str | None = None) -> None:
    """Writes what `recording_json` gives into a file opened for bytes, piece by piece, without holding it in memory.

    Raises:
        SpaceNotAvailable: the recording does not hold these coordinates; nothing has been written.
    """
    stream.writelines(recording_json_pieces(recording, space))


def recording_json_pieces(recording: Recording, space: str | None = None) -> Iterator[bytes]:
    """What `recording_json` gives, one piece after the other: ten minutes of one person are a quarter of a gigabyte.

    Raises:
        SpaceNotAvailable: the recording does not hold these coordinates.
    """
    angles = joint_angle_arrays(recording, space)
    document = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "source": source_name(recording),
        "width_px": recording.width,
        "height_px": recording.height,
        "frame_rate_hz": recording.frame_rate,
        "made_by": made_by(recording),
        **({"people": _named(recording)} if recording.names else {}),
        "coordinates": COORDINATES | ({} if recording.refined is None else {"refined": _REFINED}),
    }
    if recording.frames == 1:
        # A photo is read by people; a video would be three times as large with a line for each number.
        yield _text(document | {"frames": _frames(recording, angles, 0, 1)}, indent=1)
        return
    yield _text(document).removesuffix(b"}") + b', "frames": ['
    for start in range(0, recording.frames, FRAMES_A_PIECE):
        piece = _frames(recording, angles, start, start + FRAMES_A_PIECE)
        yield (b", " if start else b"") + _text(piece)[1:-1]
    yield b"]}"


def _text(value: object, indent: int | None = None) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent).encode("utf-8")


def _named(recording: Recording) -> list[dict[str, Any]]:
    return [{"person": person, "name": name} for person, name in enumerate(person_names(recording))]


def normalised(recording: Recording) -> NDArray[np.float32]:
    """MediaPipe's normalised landmarks, (T, P, 33, 3): x / width, y / height, z / width. NaN stays."""
    size = np.array([recording.width, recording.height, recording.width], dtype=np.float64)
    return (recording.image / size).astype(np.float32)


def _frames(recording: Recording, angles: AngleArrays, start: int, stop: int) -> list[dict[str, Any]]:
    part = recording.part(start, stop)
    landmarks = _landmarks(part)
    angles_of = _angles(angles, start, stop)
    found: NDArray[np.bool_] = np.asarray(~np.isnan(part.image).all(axis=(-2, -1)))
    return [
        {
            "frame": start + frame,
            "time_s": float(time_s),
            "people": [
                {"person": person, "landmarks": landmarks[frame][person], "angles": angles_of[frame][person]}
                for person in np.flatnonzero(found[frame]).tolist()
            ],
        }
        for frame, time_s in enumerate(part.time)
    ]


def _landmarks(recording: Recording) -> list[list[list[dict[str, Any]]]]:
    """For each frame and person, the landmarks."""
    spaces = {"normalised": normalised(recording), "pixels": recording.image, "metres": recording.world}
    if recording.refined is not None:
        spaces["refined"] = recording.refined
    points = {name: json_numbers(array) for name, array in spaces.items()}
    visibility, presence = json_numbers(recording.visibility), json_numbers(recording.presence)
    return [
        [
            [
                {
                    "index": index,
                    "name": name,
                    **{key: dict(zip("xyz", values[t][p][index], strict=True)) for key, values in points.items()},
                    "visibility": visibility[t][p][index],
                    "presence": presence[t][p][index],
                }
                for index, name in enumerate(LANDMARKS)
            ]
            for p in range(recording.people)
        ]
        for t in range(recording.frames)
    ]


def _angles(angles: AngleArrays, start: int, stop: int) -> list[list[list[dict[str, Any]]]]:
    """For each frame and person, the joint angles."""
    columns = {name: json_numbers(values[start:stop]) for name, values in angles.readings.items()}
    trust = json_numbers(angles.trust[start:stop])
    return [
        [
            [
                {
                    "joint": joint,
                    "angle_deg": columns["angle_deg"][t][p][index],
                    "flexion_deg": columns["flexion_deg"][t][p][index],
                    "space": angles.space,
                    "trust": trust[t][p][index],
                }
                for index, joint in enumerate(JOINTS)
            ]
            for p in range(len(trust[t]))
        ]
        for t in range(len(trust))
    ]
