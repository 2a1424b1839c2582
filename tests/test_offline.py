"""Nothing leaves the computer: a child process analyses a photo while every way to the network is watched.

Python's own sockets are watched with an audit hook, which can say what was tried. MediaPipe's C++ code goes past
Python; there the kernel ends the child at the first internet socket (a seccomp filter, which needs neither rights nor
tools). Both are stricter than they need be: core has no use for any internet socket, not even to this computer.
"""

import platform
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT_FOLDER = Path(__file__).parents[1]
CAUGHT_IN_PYTHON = 77
CAUGHT_IN_KERNEL = -signal.SIGSYS

WATCHED_FROM_HERE = """
import ctypes, os, platform, socket, struct, sys, traceback

NAME_LOOKUPS = {"socket." + name for name in ("getaddrinfo", "gethostbyname", "gethostbyaddr", "getnameinfo")}

def watch(event, arguments):
    is_internet_socket = event == "socket.__new__" and arguments[1] in (socket.AF_INET, socket.AF_INET6)
    if is_internet_socket or event in NAME_LOOKUPS:
        print(event, arguments, file=sys.stderr)
        traceback.print_stack()
        sys.stderr.flush()
        os._exit(77)  # which no `except` can swallow

def watch_native_code():
    architecture, socket_call = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}[platform.machine()]
    load, jump_if_equal, answer = 0x20, 0x15, 0x06
    allow, kill_process = 0x7FFF0000, 0x80000000
    instructions = [  # code, jump if true, jump if false, value; the call's number is at 0, its first argument at 16
        (load, 0, 0, 4), (jump_if_equal, 0, 5, architecture),
        (load, 0, 0, 0), (jump_if_equal, 0, 3, socket_call),
        (load, 0, 0, 16), (jump_if_equal, 2, 0, 2), (jump_if_equal, 1, 0, 10),
        (answer, 0, 0, allow), (answer, 0, 0, kill_process),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *each) for each in instructions))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(instructions), ctypes.addressof(code)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    no_new_privileges, set_seccomp, filter_mode = 38, 22, 2
    for call in ((no_new_privileges, 1, 0, 0, 0), (set_seccomp, filter_mode, ctypes.addressof(program), 0, 0)):
        if prctl(*call) != 0:
            raise OSError(ctypes.get_errno(), "the kernel does not watch native code")

sys.addaudithook(watch)
if (sys.platform, platform.machine()) in (("linux", "x86_64"), ("linux", "aarch64")):
    watch_native_code()
"""

ANALYSE = """
from core import OverlayStyle, Settings, analyse_image, joint_angles, landmark_table
from core.export.archive_zip import archive_zip
from core.media.images import read_image
from core.view.figures import skeleton_figure

photo = "samples/squat90_side.png"
for model in ("lite", "full", "heavy"):
    settings = Settings(model=model, people="all", enhance_contrast=True, segmentation=True)
    recording = analyse_image(photo, settings)
    assert recording.people == 1
    assert len(joint_angles(recording)) == 21 and len(landmark_table(recording)) == 33
archive = archive_zip(read_image(photo, settings).rgb, recording, OverlayStyle(angles=True, dim_background=True))
figure = skeleton_figure(recording).to_json()
print(len(archive) > 10_000, len(figure) > 10_000)
"""

TEST_NET = "192.0.2.1"  # never given to anybody (RFC 5737)
# What is tried, and what of it the watch tells.
TRIES = {
    "connection": (f"socket.socket().connect(('{TEST_NET}', 80))", "socket.__new__"),
    "connection by address": (f"socket.create_connection(('{TEST_NET}', 80), timeout=0.1)", TEST_NET),
    "datagram": (f"socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('{TEST_NET}', 53))", "socket.__new__"),
    "IPv6": ("socket.socket(socket.AF_INET6).connect(('2001:db8::1', 80))", "socket.__new__"),
    "name": ("socket.getaddrinfo('example.invalid', 80)", "example.invalid"),
    "request": (f"import urllib.request; urllib.request.urlopen('http://{TEST_NET}/', timeout=0.1)", TEST_NET),
    "in a thread": (
        "import threading; t = threading.Thread(target=socket.socket); t.start(); t.join()",
        "socket.__new__",
    ),
    "swallowed": ("try: socket.gethostbyname('example.invalid')\nexcept BaseException: pass", "example.invalid"),
}
NATIVE_TRIES = {
    "IPv4": "import ctypes; ctypes.CDLL(None).socket(2, 1, 0)",
    "IPv6": "import ctypes; ctypes.CDLL(None).socket(10, 2, 0)",
    "in a thread": """
import ctypes, threading
thread = threading.Thread(target=ctypes.CDLL(None).socket, args=(2, 1, 0))
thread.start()
thread.join()
""",
}


def watched(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WATCHED_FROM_HERE + code],
        cwd=PROJECT_FOLDER,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_an_analysis_with_all_models_and_exports_opens_no_connection() -> None:
    child = watched(ANALYSE)
    assert child.returncode == 0, child.stderr
    assert child.stdout.split() == ["True", "True"]


@pytest.mark.parametrize("way", TRIES)
def test_python_that_tries_is_caught_and_named(way: str) -> None:
    code, told = TRIES[way]
    child = watched(code)
    assert child.returncode == CAUGHT_IN_PYTHON, child.stderr
    assert told in child.stderr


@pytest.mark.skipif(
    (sys.platform, platform.machine()) not in (("linux", "x86_64"), ("linux", "aarch64")),
    reason="the kernel watches on Linux only",
)
@pytest.mark.parametrize("way", NATIVE_TRIES)
def test_native_code_that_tries_is_caught(way: str) -> None:
    assert watched(NATIVE_TRIES[way]).returncode == CAUGHT_IN_KERNEL


@pytest.mark.parametrize("code", ["print(1)", "a, b = socket.socketpair(); a.send(b'x'); b.recv(1)"])
def test_what_stays_inside_is_let_through(code: str) -> None:
    child = watched(code)
    assert child.returncode == 0, child.stderr
