"""The finder's network without the 89 kinds of things that are nobody.

EfficientDet says of each of 19,206 places how likely every kind of thing is there, and MediaPipe reads all 1.7 million
answers to find the people: together that takes half of the time. Here, in memory, what the network works out for the
other kinds is left out of its last layers. What it says of people stays the same to the last bit.
"""

from __future__ import annotations

import io
import zipfile

import numpy as np
from flatbuffers.table import Table

from core.detection.network_tables import (
    BUFFER_DATA,
    METADATA_BUFFER,
    METADATA_NAME,
    MODEL_BUFFERS,
    MODEL_METADATA,
    MODEL_SUBGRAPHS,
    QUANTIZATION_SCALE,
    QUANTIZATION_ZERO_POINT,
    SUBGRAPH_TENSORS,
    TENSOR_BUFFER,
    TENSOR_QUANTIZATION,
    TENSOR_SHAPE,
    data,
    inner_table,
    model_table,
    numbers,
    part_of_list,
    table_in,
    tables,
    text,
    whole_number,
    write_data,
    write_whole_number,
)

# Places of fields in TFLite's metadata and in MediaPipe's own part of it (metadata_schema.fbs,
# object_detector_metadata_schema.fbs).
DESCRIBED_SUBGRAPHS, DESCRIBED_OTHERWISE, OTHERWISE_DATA, DETECTOR_READING, READING_KINDS = 10, 22, 6, 8, 4
# The kinds of things the network knows; people are the first. Each place on its five grids stands for nine boxes.
KINDS, PERSON, BOXES = 90, 0, 9


def network_of_people(network: bytes) -> bytes:
    """An EfficientDet-Lite0 in TFLite's form that knows people only.

    Raises:
        ValueError: it does not tell so many kinds of things apart.
    """
    edited = bytearray(network)
    model = model_table(edited)
    buffers, tensors = tables(model, MODEL_BUFFERS), tables(tables(model, MODEL_SUBGRAPHS)[0], SUBGRAPH_TENSORS)
    people = np.arange(BOXES) * KINDS + PERSON
    cut: set[int] = set()
    for tensor in tensors:
        shape, buffer = numbers(tensor, TENSOR_SHAPE), whole_number(tensor, TENSOR_BUFFER)
        content = data(buffers[buffer])
        if shape.size in (1, 4) and shape[0] == BOXES * KINDS:
            # Weights and biases of the last layers: one row for each box and kind. Several layers share their weights.
            if buffer not in cut:
                rows = content.reshape(BOXES * KINDS, -1)[people]
                write_data(buffers[buffer], rows.tobytes())
                cut.add(buffer)
            _keep_scales(tensor, people)
            shape[0] = BOXES
        elif shape.size == 4 and shape[3] == BOXES * KINDS:
            shape[3] = BOXES
        elif shape.size == 3 and shape[2] == KINDS:
            shape[2] = 1
        elif content.size == 12 and content.view(np.int32)[2] == KINDS:  # the shape that a layer's answer is given
            content.view(np.int32)[2] = 1
    if not cut:
        raise ValueError(f"the finder's network does not tell {KINDS} kinds of things apart")
    _tell_of_one_kind(model)
    return _with_one_name(bytes(edited))


def _tell_of_one_kind(model: Table) -> None:
    """How MediaPipe is to read the answers stands in the network's metadata: how many kinds each place has, too."""
    metadata = inner_table(
        next(
            tables(model, MODEL_BUFFERS)[whole_number(entry, METADATA_BUFFER)]
            for entry in tables(model, MODEL_METADATA)
            if text(entry, METADATA_NAME) == b"TFLITE_METADATA"
        ),
        BUFFER_DATA,
    )
    of_detector = tables(tables(metadata, DESCRIBED_SUBGRAPHS)[0], DESCRIBED_OTHERWISE)[0]
    reading = table_in(inner_table(of_detector, OTHERWISE_DATA), DETECTOR_READING)
    write_whole_number(reading, READING_KINDS, 1)


def _with_one_name(network: bytes) -> bytes:
    """The names of the kinds stand in a ZIP archive behind the network: the first one only."""
    with zipfile.ZipFile(io.BytesIO(network)) as archive:
        (names,) = archive.infolist()
        first = archive.read(names).splitlines()[PERSON]
    whole = io.BytesIO(network[: names.header_offset])
    with zipfile.ZipFile(whole, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(names.filename), first)
    return whole.getvalue()


def _keep_scales(tensor: Table, rows: np.ndarray) -> None:
    """Of what each row of a quantized tensor is multiplied by and moved by, keep that of some rows."""
    quantization = table_in(tensor, TENSOR_QUANTIZATION)
    for field, kind in ((QUANTIZATION_SCALE, np.float32), (QUANTIZATION_ZERO_POINT, np.int64)):
        part_of_list(quantization, field, np.dtype(kind), rows)
