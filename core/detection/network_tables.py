"""The tables of a TFLite network, read and altered where they stand: a network's file is a FlatBuffer."""

from __future__ import annotations

from typing import Any

import numpy as np
from flatbuffers import number_types
from flatbuffers.table import Table
from numpy.typing import NDArray

# Places of fields in TFLite's schema (tensorflow/compiler/mlir/lite/schema/schema.fbs): the n-th one is at 4 + 2 n.
MODEL_SUBGRAPHS, MODEL_BUFFERS, MODEL_METADATA = 8, 12, 16
METADATA_NAME, METADATA_BUFFER = 4, 6
SUBGRAPH_TENSORS, SUBGRAPH_OUTPUTS, SUBGRAPH_OPERATORS = 4, 8, 10
OPERATOR_INPUTS, OPERATOR_OUTPUTS = 6, 8
TENSOR_SHAPE, TENSOR_BUFFER, TENSOR_QUANTIZATION = 4, 8, 12
QUANTIZATION_SCALE, QUANTIZATION_ZERO_POINT = 8, 10
BUFFER_DATA = 4


def model_table(network: bytearray) -> Table:
    """The outermost table; what is written through it is written into those bytes."""
    return Table(network, int.from_bytes(network[:4], "little"))


def numbers(table: Table, field: int) -> NDArray[np.int32]:
    """A list of whole numbers, as a view."""
    listed: NDArray[np.int32] = table.GetVectorAsNumpy(number_types.Int32Flags, table.Offset(field))
    return listed


def tables(table: Table, field: int) -> list[Table]:
    """A list of tables."""
    offset = table.Offset(field)
    first = table.Vector(offset)
    return [Table(table.Bytes, table.Indirect(first + 4 * place)) for place in range(table.VectorLen(offset))]


def write_tables(table: Table, field: int, members: list[Table]) -> None:
    """Let a list of tables name these instead, no more than it had. Each place holds how far on its table begins."""
    first = table.Vector(table.Offset(field))
    places = first + 4 * np.arange(len(members))
    distances = np.array([member.Pos for member in members], np.int64) - places
    table.Bytes[first - 4 : first] = len(members).to_bytes(4, "little")
    table.Bytes[first : first + 4 * len(members)] = distances.astype("<u4").tobytes()


def whole_number(table: Table, field: int) -> int:
    """An unsigned 32-bit number; 0 where it is left out."""
    offset = table.Offset(field)
    return int(table.Get(number_types.Uint32Flags, table.Pos + offset)) if offset else 0


def write_whole_number(table: Table, field: int, value: int) -> None:
    """Another unsigned 32-bit number in a field that is there.

    Raises:
        ValueError: the field has been left out of this table.
    """
    offset = table.Offset(field)
    if not offset:
        raise ValueError("the table has no such field")
    place = table.Pos + offset
    table.Bytes[place : place + 4] = value.to_bytes(4, "little")


def data_length(buffer: Table) -> int:
    """How many bytes a buffer holds."""
    offset = buffer.Offset(BUFFER_DATA)
    return int(buffer.VectorLen(offset)) if offset else 0


def write_data(buffer: Table, content: bytes) -> None:
    """Other bytes in a buffer, no more than it had."""
    first = buffer.Vector(buffer.Offset(BUFFER_DATA))
    buffer.Bytes[first - 4 : first] = len(content).to_bytes(4, "little")
    buffer.Bytes[first : first + len(content)] = content


def data(buffer: Table) -> NDArray[np.uint8]:
    """A buffer's bytes, as a view; empty if it has none."""
    offset = buffer.Offset(BUFFER_DATA)
    if not offset:
        return np.empty(0, np.uint8)
    return _list(buffer, BUFFER_DATA, np.dtype(np.uint8))


def table_in(table: Table, field: int) -> Table:
    """A table that a field names."""
    return Table(table.Bytes, table.Indirect(table.Pos + table.Offset(field)))


def inner_table(table: Table, field: int) -> Table:
    """The outermost table of another FlatBuffer whose bytes are in a field."""
    first = table.Vector(table.Offset(field))
    return Table(table.Bytes, first + int.from_bytes(table.Bytes[first : first + 4], "little"))


def text(table: Table, field: int) -> bytes:
    """A text."""
    written: bytes = table.String(table.Pos + table.Offset(field))
    return written


def part_of_list(table: Table, field: int, kind: np.dtype[Any], rows: NDArray[np.int64]) -> None:
    """Keep some members of a list of numbers of that kind."""
    content = _list(table, field, kind)[rows]
    first = table.Vector(table.Offset(field))
    table.Bytes[first - 4 : first] = len(content).to_bytes(4, "little")
    table.Bytes[first : first + content.nbytes] = content.tobytes()


def _list(table: Table, field: int, kind: np.dtype[Any]) -> NDArray[Any]:
    """A list of numbers of that kind, as a view."""
    offset = table.Offset(field)
    return np.frombuffer(table.Bytes, kind, table.VectorLen(offset), table.Vector(offset))
