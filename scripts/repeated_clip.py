"""A long clip made from a short one in no time."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av


def repeated_clip(clip: Path, times: int, out: Path, *, frame_rate: int | None = None) -> Path:
    """The pictures of a clip over and over, copied without coding them again.

    Args:
        clip: the short one, without frames that depend on later ones.
        times: how often.
        out: where it goes.
        frame_rate: frames a second; the clip's own mean rate if None.
    """
    with av.open(str(clip)) as source, av.open(str(out), "w", format="mp4") as output:
        stream = source.streams.video[0]
        copy = output.add_stream_from_template(stream)
        step = 1 / Fraction(frame_rate or stream.average_rate or 25)
        number = 0
        for _ in range(times):
            source.seek(0)
            for packet in source.demux(stream):
                if packet.pts is None or packet.time_base is None:
                    continue
                packet.pts = packet.dts = round(number * step / packet.time_base)
                packet.duration = round(step / packet.time_base)
                packet.stream = copy
                output.mux(packet)
                number += 1
    return out
