"""A pose bundle without its detector: the landmark network alone, for a picture in which somebody is known to stand.

MediaPipe's graph runs a detector before the landmark network, and the detector takes as long as the network does. Where
somebody has been found already it has nothing to find. Here, in memory, the detector's answer is written into the
detector itself and its operators are taken off its list: it says, without looking, that there is one person whose hips
are in the middle of the picture, upright, and so large that the whole picture is what the landmark network gets.
"""

from __future__ import annotations

import functools
import io
import zipfile

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

DETECTOR = "pose_detector.tflite"
# Its outputs: of each of 2254 places a box (middle, width, height) and four points, in pixels of the 224 that it sees
# and from the place's own middle; and how sure it is there. The first place is in the upper left of a grid of 28.
_PLACES, _NUMBERS, _SEEN_PX = 2254, 12, 224
_FIRST_PLACE = 0.5 / 28
_SURE, _NOBODY = 10.0, -100.0
# MediaPipe shows the network a square around the first point, turned so that the second is above it, its side 2.5 times
# as long as they are apart.
_MIDDLE, _ABOVE = (0.5, 0.5), (0.5, 0.5 - 1 / 2.5)


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


def detector_of_the_middle(network: bytes) -> bytes:
    """A pose detector's TFLite network that has its answer instead of operators.

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
    box, *points = (np.array([_MIDDLE, _MIDDLE, _ABOVE, _MIDDLE, _ABOVE]) - _FIRST_PLACE) * _SEEN_PX
    found[0, 0] = np.concatenate([box, (_SEEN_PX, _SEEN_PX), *points])
    sure = np.full((1, _PLACES, 1), _NOBODY, np.float32)
    sure[0, 0] = _SURE
    return found, sure
