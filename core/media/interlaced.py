"""Interlaced clips: of two half pictures that were taken one after the other, one whole picture is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import av.error
from av.filter import Graph
from av.video.frame import VideoFrame

# The filter takes no smaller ones.
_LEAST_SIDE_PX = 3


def deinterlaced(frames: Iterable[VideoFrame]) -> Iterator[VideoFrame]:
    """The same frames at the same times, those that are marked as interlaced without their combs (FFmpeg's bwdif).

    Each is made with the help of the ones before and after it, so of interlaced frames the first and the last of
    `frames` are a little less good. Until the first interlaced one comes, frames are passed on as they are.
    """
    graph: Graph | None = None
    shape, time_base = None, Fraction(1)
    for frame in frames:
        if graph is not None and shape != _shape(frame):
            yield from _filtered(graph, None, time_base)
            graph = None
        if graph is None:
            if not frame.interlaced_frame or min(frame.width, frame.height) < _LEAST_SIDE_PX:
                yield frame
                continue
            graph, shape, time_base = _graph_for(frame), _shape(frame), frame.time_base or time_base
        yield from _filtered(graph, frame, time_base)
    if graph is not None:
        yield from _filtered(graph, None, time_base)


def _shape(frame: VideoFrame) -> tuple[int, int, str]:
    return frame.width, frame.height, frame.format.name


def _graph_for(frame: VideoFrame) -> Graph:
    graph = Graph()
    graph.threads = 1
    graph.link_nodes(
        graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base),
        graph.add("bwdif", "mode=send_frame:parity=auto:deint=interlaced"),
        graph.add("buffersink"),
    )
    graph.configure()
    return graph


def _filtered(graph: Graph, frame: VideoFrame | None, time_base: Fraction) -> Iterator[VideoFrame]:
    """What comes out after a frame; after None, the end, what is left."""
    graph.vpush(frame)
    while True:
        try:
            made = graph.vpull()
        except (BlockingIOError, EOFError, av.error.FFmpegError):
            return
        # The filter counts in smaller units.
        if made.pts is not None and made.time_base is not None:
            made.pts = round(made.pts * made.time_base / time_base)
        made.time_base = time_base
        yield made
