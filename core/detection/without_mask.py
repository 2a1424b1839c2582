"""The landmark network without the half of it that draws the person's outline.

Every bundle's landmark network works out a mask of the person together with the landmarks, and MediaPipe throws it away
unless masks are asked for. That takes from a fifth (heavy) to half (lite) of the time. Here the operators that only the
mask needs are taken off the network's list, in memory; the landmarks stay the same to the last bit.
"""

from __future__ import annotations

import functools
import io
import zipfile

from flatbuffers.table import Table

from core.detection.models import read_bundle
from core.detection.network_tables import (
    MODEL_SUBGRAPHS,
    OPERATOR_INPUTS,
    OPERATOR_OUTPUTS,
    SUBGRAPH_OPERATORS,
    SUBGRAPH_OUTPUTS,
    model_table,
    numbers,
    tables,
    write_tables,
)

NETWORK = "pose_landmarks_detector.tflite"
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
    subgraph = tables(model_table(edited), MODEL_SUBGRAPHS)[0]
    outputs = numbers(subgraph, SUBGRAPH_OUTPUTS)
    if len(outputs) != _OUTPUTS:
        raise ValueError(f"a landmark network has {_OUTPUTS} outputs, this one {len(outputs)}")
    outputs[_MASK] = outputs[_PRESENCE]  # the array is a view into `edited`
    write_tables(subgraph, SUBGRAPH_OPERATORS, _needed(tables(subgraph, SUBGRAPH_OPERATORS), set(outputs.tolist())))
    return bytes(edited)


def _needed(operators: list[Table], wanted: set[int]) -> list[Table]:
    """The operators, in their order, that the wanted tensors are worked out with. `wanted` grows by their inputs."""
    needed = []
    for operator in reversed(operators):
        if not wanted.isdisjoint(numbers(operator, OPERATOR_OUTPUTS).tolist()):
            needed.append(operator)
            wanted.update(numbers(operator, OPERATOR_INPUTS).tolist())
    return needed[::-1]
