"""Every script that prints figures says on which processor."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import processor

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
MEASURING = (
    "benchmark", "benchmark_live", "benchmark_live_frame", "benchmark_player", "benchmark_video",
    "benchmark_video_export", "measure_people", "soak_live",
)  # fmt: skip


@pytest.mark.parametrize("name", MEASURING)
def test_scripts_with_figures_name_it(name: str) -> None:
    assert (
        "{processor()}" in (content := (SCRIPTS / f"{name}.py").read_text("utf-8")) or "print(processor())" in content
    )


@pytest.mark.parametrize(
    ("cpuinfo", "said"),
    [
        (["model name\t: AMD EPYC 7763", "flags\t\t: fpu avx2"], "AMD EPYC 7763, with AVX2, no AVX-512, "),
        (["model name\t: Xeon", "flags\t\t: avx2 avx512f"], "Xeon, with AVX-512, "),
        (["model name\t: Old", "flags\t\t: sse4_2"], "Old, no AVX2, "),
    ],
)
def test_it_says_whether_there_is_avx512(cpuinfo: list[str], said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor, "_cpuinfo", lambda: cpuinfo)
    assert processor.processor().startswith(said) and processor.processor().endswith(" cores")


def test_there_is_an_answer_on_every_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor, "_cpuinfo", list)
    assert all(processor.processor().split(", "))
