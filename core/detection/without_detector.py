"""A pose bundle without its detector: the landmark network alone, for a picture in which it is known where somebody is.

MediaPipe's graph runs a detector before the landmark network, and the detector takes as long as the network does. Where
somebody has been found already it has nothing to find. Here, in memory, the detector's answer is written into the
detector itself and its operators are taken off its list: it says, without looking, that there is one person, where
their hips are, how they lean, and how large they are.
"""

from __future__ import annotations

import functools
import io
import zipfile
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.detection.network_tables import (
    MODEL_BUFFERS,
    MODEL_SUBGRAPHS,
    SUBGRAPH_OPERATORS,
    SUBGRAPH_OUTPUTS,
    SUBGRAPH_TENSORS,
    TENSOR_BUFFER,
    TENSOR_SHAPE,
    data_length,
    model_table,
    numbers,
    tables,
    whole_number,
    write_data,
    write_tables,
    write_whole_number,
)
from core.detection.without_mask import read_bundle_without_mask
from core.skeleton import LANDMARK_INDEX

DETECTOR = "pose_detector.tflite"
# Its outputs: of each of 2254 places a box (middle, width, height) and four points, in pixels of the 224 that it sees
# and from the place's own middle; and how sure it is there. The first place is in the upper left of a grid of 28.
_PLACES, _NUMBERS, _SEEN_PX = 2254, 12, 224
_FIRST_PLACE = 0.5 / 28
_SURE, _NOBODY = 10.0, -100.0


@dataclass(frozen=True)
class Region:
    """Where somebody is in a square picture; x and y as shares of its side.

    MediaPipe shows the network a square around the hips, turned so that the top is above them, its side 2.5 times as
    long as the two are apart.

    Attributes:
        hips: the middle between them.
        top: where the circle around the hips that holds the person is crossed by a line through the shoulders' middle.
    """

    hips: tuple[float, float]
    top: tuple[float, float]

    @classmethod
    def of(cls, body: NDArray[np.floating], side: float) -> Region:
        """The region of a body (33, 2 or 3) in a picture with that side."""
        hips, up, radius = circle_around(body[:, :2].astype(np.float64) / side)
        top = hips + up * radius / max(float(np.linalg.norm(up)), _SMALLEST)
        return cls((float(hips[0]), float(hips[1])), (float(top[0]), float(top[1])))


# The whole picture, upright, is what the network is shown.
WHOLE = Region((0.5, 0.5), (0.5, 0.5 - 1 / 2.5))
_HIPS, _SHOULDERS = ([LANDMARK_INDEX[f"{side}_{part}"] for side in ("left", "right")] for part in ("hip", "shoulder"))
_SMALLEST = 1e-9


def circle_around(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """The circle by which MediaPipe cuts somebody out.

    Args:
        points: (33, 2) a body.

    Returns:
        Its centre, the hips' middle (2,); from there to the shoulders' middle (2,); its radius, to the farthest point.
    """
    hips = points[_HIPS].mean(axis=0)
    return hips, points[_SHOULDERS].mean(axis=0) - hips, float(np.linalg.norm(points - hips, axis=-1).max())


@functools.lru_cache(maxsize=2)
def read_bundle_without_detector(model: str) -> bytes:
    """A pose bundle that takes the middle of every picture for somebody, made from the checked one of that name.

    Raises:
        ModelMissing, ModelAltered: as `core.detection.models.read_bundle`.
    """
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(read_bundle_without_mask(model))) as whole,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as part,
    ):
        for name in whole.namelist():
            content = whole.read(name)
            part.writestr(zipfile.ZipInfo(name), detector_of_the_middle(content) if name == DETECTOR else content)
    return packed.getvalue()


def read_bundle_sure_of(model: str, region: Region) -> bytes:
    """The same that takes a certain region of every picture for somebody.

    Only the answer is another one. The archive's checksum is left as it was: MediaPipe does not look at it, and to work
    it out takes longer than all the rest.

    Raises:
        ModelMissing, ModelAltered: as `core.detection.models.read_bundle`.
    """
    bundle = memoryview(read_bundle_without_detector(model))
    answer = _person(region).tobytes()
    place = _place_of_the_answer(model)
    return b"".join((bundle[:place], answer, bundle[place + len(answer) :]))


@functools.lru_cache(maxsize=2)
def _place_of_the_answer(model: str) -> int:
    return read_bundle_without_detector(model).index(_answers()[0].tobytes())


def detector_of_the_middle(network: bytes) -> bytes:
    """A pose detector's TFLite network that has its answer, the whole picture, instead of operators.

    Raises:
        ValueError: it does not have the outputs of a pose detector.
    """
    edited = bytearray(network)
    model = model_table(edited)
    subgraph = tables(model, MODEL_SUBGRAPHS)[0]
    tensors, buffers = tables(subgraph, SUBGRAPH_TENSORS), tables(model, MODEL_BUFFERS)
    outputs = [tensors[number] for number in numbers(subgraph, SUBGRAPH_OUTPUTS)]
    answers = _answers()
    shapes = [tuple(numbers(output, TENSOR_SHAPE).tolist()) for output in outputs]
    if shapes != [answer.shape for answer in answers]:
        raise ValueError(f"a pose detector has outputs of {[answer.shape for answer in answers]}, this one {shapes}")
    # The weights are not needed any more: the answers take the place of the two largest. Who had them has none.
    largest = sorted(range(len(buffers)), key=lambda number: -data_length(buffers[number]))[: len(outputs)]
    for number, output, answer in zip(largest, outputs, answers, strict=True):
        for tensor in tensors:
            if whole_number(tensor, TENSOR_BUFFER) == number:
                write_whole_number(tensor, TENSOR_BUFFER, 0)
        write_data(buffers[number], answer.tobytes())
        write_whole_number(output, TENSOR_BUFFER, number)
    write_tables(subgraph, SUBGRAPH_OPERATORS, [])
    return bytes(edited)


def _answers() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What the detector says: boxes and points (1, places, 12), how sure it is (1, places, 1) before the sigmoid."""
    found = np.zeros((1, _PLACES, _NUMBERS), np.float32)
    found[0, 0] = _person(WHOLE)
    sure = np.full((1, _PLACES, 1), _NOBODY, np.float32)
    sure[0, 0] = _SURE
    return found, sure


def _person(region: Region) -> NDArray[np.float32]:
    """(12,) what the first place says of somebody: a box, which does not count, and four points, of which two do."""
    points = np.array([(0.5, 0.5), region.hips, region.top, region.hips, region.top])
    middle, *points_px = (points - _FIRST_PLACE) * _SEEN_PX
    return np.concatenate([middle, (_SEEN_PX, _SEEN_PX), *points_px]).astype(np.float32)
