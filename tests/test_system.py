"""A computer without the system libraries that OpenCV needs: one sentence says what to install, nothing else."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import PosescopeError, SystemLibraryMissing
from core.system import check_system_libraries

PROJECT_FOLDER = Path(__file__).parents[1]
MISSING = "libGL.so.1: cannot open shared object file: No such file or directory"
SENTENCE = (
    "OpenCV needs the system library libGL.so.1. Install it with "
    "“apt-get update && apt-get install -y libgl1 libglib2.0-0” (with sudo, if you are not root), "
    "or swap in opencv-python-headless as the README says."
)


def fake_opencv(folder: Path, message: str) -> Path:
    """A cv2 package that cannot be imported; gives the folder to find it in."""
    package = folder / "broken" / "cv2"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(f"raise ImportError({message!r})\n", "utf-8")
    return package.parent


def run_without_library(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(fake_opencv(folder, MISSING)), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT_FOLDER,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=90,
        env={**os.environ, "PYTHONPATH": path.rstrip(os.pathsep), "PYTHONUTF8": "1"},
    )


def test_importing_core_ends_with_the_sentence(tmp_path: Path) -> None:
    child = run_without_library(tmp_path, "-c", "import core")
    assert child.returncode == 1
    assert child.stderr.splitlines()[-1] == f"core.errors.SystemLibraryMissing: {SENTENCE}"
    assert child.stderr.count("Traceback") == 1  # not how OpenCV failed as well


def test_the_dashboard_says_the_sentence_in_one_line_and_ends(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    child = run_without_library(
        tmp_path,
        "-m",
        "streamlit",
        "run",
        "dashboard.py",
        "--server.headless=true",
        f"--server.port={port}",
    )
    assert child.returncode != 0
    told = [line for line in (child.stdout + child.stderr).splitlines() if "libGL" in line]
    assert told == [f"Posescope cannot start. {SENTENCE}"]
    assert "Traceback" not in child.stdout + child.stderr


@pytest.fixture
def opencv_that_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    for name in [name for name in sys.modules if name.split(".")[0] == "cv2"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(fake_opencv(tmp_path, request.param))
    return str(request.param)


@pytest.mark.parametrize(
    ("opencv_that_says", "library"),
    [
        (MISSING, "libGL.so.1"),
        ("libgthread-2.0.so.0: cannot open shared object file: No such file or directory", "libgthread-2.0.so.0"),
        ("libglib-2.0.so.0: cannot open shared object file: No such file or directory", "libglib-2.0.so.0"),
        ("libstdc++.so.6: version `GLIBCXX_3.4.30' not found", "libstdc++.so.6"),
        ("/usr/lib/x86_64-linux-gnu/libEGL.so.1: undefined symbol", "libEGL.so.1"),
    ],
    indirect=["opencv_that_says"],
    ids=lambda value: value.split(":")[0],
)
def test_whichever_library_is_missing_is_named(opencv_that_says: str, library: str) -> None:
    with pytest.raises(SystemLibraryMissing, match=re.escape(f"the system library {library}.")) as caught:
        check_system_libraries()
    assert isinstance(caught.value, PosescopeError) and isinstance(caught.value, ImportError)
    assert caught.value.details["library"] == library


@pytest.mark.parametrize(
    "opencv_that_says",
    ["No module named 'cv2.something'", "numpy.core.multiarray failed to import", ""],
    indirect=True,
    ids=["a module", "numpy", "nothing said"],
)
def test_another_fault_is_told_as_it_is(opencv_that_says: str) -> None:
    with pytest.raises(ImportError) as caught:
        check_system_libraries()
    assert type(caught.value) is ImportError
    assert str(caught.value) == opencv_that_says


def test_with_the_libraries_nothing_is_said() -> None:
    check_system_libraries()
