"""The landmark network without the half of it that draws the person's outline.

Every bundle's landmark network works out a mask of the person together with the landmarks, and MediaPipe throws it away
unless masks are asked for. That takes from a fifth (heavy) to half (lite) of the time. Here the operators that only the
mask needs are taken off the network's list, in memory; the landmarks stay the same to the last bit.
"""

from __future__ import annotations

import functools
import io
import zipfile

import numpy as np
from flatbuffers import number_types
from flatbuffers.table import Table
from numpy.typing import NDArray

from core.detection.models import read_bundle

NETWORK = "pose_landmarks_detector.tflite"
# Places of fields in TFLite's schema (tensorflow/compiler/mlir/lite/schema/schema.fbs): the n-th one is at 4 + 2 n.
_MODEL_SUBGRAPHS = 8
_SUBGRAPH_OUTPUTS, _SUBGRAPH_OPERATORS = 8, 10
_OPERATOR_INPUTS, _OPERATOR_OUTPUTS = 6, 8
# The network's outputs, in this order: landmarks, presence, mask, heatmap, landmarks in metres.
_OUTPUTS, _PRESENCE, _MASK = 5, 1, 2


@functools.lru_cache(maxsize=2)
def read_bundle_without_mask(model: str) -> bytes:
    """A pose bundle that gives landmarks only, made from the checked one of that name.

    Raises:
        ModelMissing, ModelAltered: as `core.detection.models.read_bundle`.
    """
    return bundle_without_mask(read_bundle(model))


def bundle_without_mask(bundle: bytes) -> bytes:
    """A bundle's bytes with the landmark network cut down to what the landmarks need."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bundle)) as whole, zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as part:
        for name in whole.namelist():
            content = whole.read(name)
            part.writestr(zipfile.ZipInfo(name), network_without_mask(content) if name == NETWORK else content)
    return packed.getvalue()


def network_without_mask(network: bytes) -> bytes:
    """A TFLite landmark network in which only the operators are left that the landmarks come from.

    Where the mask was among the outputs the presence stands twice, so that the others keep their places.

    Raises:
        ValueError: it does not have the outputs of a landmark network.
    """
    edited = bytearray(network)
    model = Table(edited, int.from_bytes(network[:4], "little"))
    subgraph = _tables(model, _MODEL_SUBGRAPHS)[0]
    outputs = _numbers(subgraph, _SUBGRAPH_OUTPUTS)
    if len(outputs) != _OUTPUTS:
        raise ValueError(f"a landmark network has {_OUTPUTS} outputs, this one {len(outputs)}")
    outputs[_MASK] = outputs[_PRESENCE]  # the array is a view into `edited`
    _write_tables(subgraph, _SUBGRAPH_OPERATORS, _needed(_tables(subgraph, _SUBGRAPH_OPERATORS), set(outputs.tolist())))
    return bytes(edited)


def _needed(operators: list[Table], wanted: set[int]) -> list[Table]:
    """The operators, in their order, that the wanted tensors are worked out with. `wanted` grows by their inputs."""
    needed = []
    for operator in reversed(operators):
        if not wanted.isdisjoint(_numbers(operator, _OPERATOR_OUTPUTS).tolist()):
            needed.append(operator)
            wanted.update(_numbers(operator, _OPERATOR_INPUTS).tolist())
    return needed[::-1]


def _numbers(table: Table, field: int) -> NDArray[np.int32]:
    numbers: NDArray[np.int32] = table.GetVectorAsNumpy(number_types.Int32Flags, table.Offset(field))
    return numbers


def _tables(table: Table, field: int) -> list[Table]:
    offset = table.Offset(field)
    first = table.Vector(offset)
    return [Table(table.Bytes, table.Indirect(first + 4 * place)) for place in range(table.VectorLen(offset))]


def _write_tables(table: Table, field: int, members: list[Table]) -> None:
    """Let a list of tables name these instead, no more than it had. Each place holds how far on its table begins."""
    first = table.Vector(table.Offset(field))
    places = first + 4 * np.arange(len(members))
    distances = np.array([member.Pos for member in members]) - places
    table.Bytes[first - 4 : first] = len(members).to_bytes(4, "little")
    table.Bytes[first : first + 4 * len(members)] = distances.astype("<u4").tobytes()
