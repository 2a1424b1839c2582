"""Every text is there in both languages, says the same, and is used."""

from __future__ import annotations

import ast
import functools
import inspect
import re
import string
import tomllib
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

import core.errors
from core.errors import PosescopeError
from core.export.skeleton_html import TEXTS
from core.motion.accuracy import FOUR_JOINTS
from core.motion.angles import DEFINITIONS, joint_angles
from core.motion.camera_coach import EDGES, KINDS, TURNS
from core.motion.camera_coach import VIEWS as COACH_VIEWS
from core.motion.groups import GROUPS
from core.motion.segments import SEGMENT_DEFINITIONS
from core.progress import PHASES
from core.recording import SPACES, Recording
from core.settings import COLOURS, FILTERS, LOW_VISIBILITY, MODELS, PEOPLE, SEARCHES
from core.skeleton import BODY_PARTS, LANDMARKS, SIDES
from core.view.charts import left_right_figure, visibility_figure
from core.view.curves import QUANTITIES
from core.view.figures import VIEWS, skeleton_figure
from core.view.tables import left_right_table
from pages.language import LANGUAGES, all_texts
from pages.live_sessions import ENDED_BY
from pages.widgets.bodies import BODIES
from pages.widgets.choices import CLOCKS, CUES, DEFAULTS, FOLLOWED, MOVEMENT_CHOICES, READINGS, TILTS
from pages.widgets.clips import SAMPLES as CLIPS
from pages.widgets.live_camera import LABELS as LIVE_LABELS
from pages.widgets.photos import SAMPLES
from pages.widgets.player import LABELS as PLAYER_LABELS
from pages.widgets.sample_tiles import MOVEMENT
from pages.widgets.sources import SOURCES
from pages.widgets.video_source import SOURCES as CLIP_SOURCES
from tests.pages.app import PROJECT, core_recording, sample_bytes

FOLDER = PROJECT / "pages" / "language"
FILES = {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.toml"))}
IN_BOTH = {key: entry for key, entry in all_texts().items() if not key.startswith("errors.")}
# A name of a thing, a tag of a language, what stands between the words of a list.
NOT_WORDS = {"about.column_sha", "coach.between", "export.lang", "image.between_names", "live.speech_language"}

ERRORS = {
    name: kind for name, kind in inspect.getmembers(core.errors, inspect.isclass) if issubclass(kind, PosescopeError)
}


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_there_is_a_file_for_each_page_in_two_languages() -> None:
    assert set(LANGUAGES) == {"en", "zh"}
    assert {*pages_of_the_shell(), "common", "body", "settings", "errors"} <= set(FILES)


@pytest.mark.parametrize("key", IN_BOTH)
def test_a_text_says_the_same_in_both_languages(key: str) -> None:
    entry = IN_BOTH[key]
    assert set(entry) == {"en", "zh"}
    assert entry["en"].strip() and entry["zh"].strip()
    assert placeholders(entry["en"]) == placeholders(entry["zh"])
    assert not contains_chinese(entry["en"])
    assert contains_chinese(entry["zh"]) or key in NOT_WORDS


@pytest.mark.parametrize("name", sorted(ERRORS.keys() | FILES["errors"].keys()))
def test_an_error_is_told_in_chinese_with_the_same_details(name: str) -> None:
    entry = FILES["errors"][name]
    assert set(entry) == {"zh"}
    assert contains_chinese(entry["zh"])
    assert placeholders(entry["zh"]) == placeholders(ERRORS[name].sentence)


def contains_chinese(words: str) -> bool:
    return re.search(r"[\u4e00-\u9fff]", words) is not None


# --- which keys the code uses ---------------------------------------------------------------------------------------

CODE = {file: ast.parse(file.read_text(encoding="utf-8")) for file in sorted((PROJECT / "pages").rglob("*.py"))}
A_KEY = re.compile(rf"({'|'.join(FILES)})\.(?!py$)[a-zA-Z0-9_]+")


def strings_of(node: ast.AST) -> Iterator[str]:
    """Every string in a piece of code; an f-string with {} where a value is filled in."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    for child in ast.iter_child_nodes(node):
        if not (isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)):
            yield from strings_of(child)


def first_arguments(function: str, file: str) -> set[str]:
    """The literals that a function of a file is called with first."""
    calls = (node for node in ast.walk(CODE[PROJECT / "pages" / file]) if isinstance(node, ast.Call))
    return {
        ast.literal_eval(call.args[0])
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == function and isinstance(call.args[0], ast.Constant)
    }


def pages_of_the_shell() -> list[str]:
    assignments = (node for node in CODE[PROJECT / "pages" / "shell.py"].body if isinstance(node, ast.Assign))
    (pages,) = (each.value for each in assignments if ast.unparse(each.targets[0]) == "PAGES")
    return [name for name, _ in ast.literal_eval(pages)]


def labels_of_figures() -> set[str]:
    """What the figures of `core` ask words for."""
    asked: set[str] = set()

    def label(name: str) -> str:
        asked.add(name)
        return name

    recording: Recording = core_recording(sample_bytes("two_people"), people="all", enhance_contrast=True)
    assert recording.people == 2
    angles = joint_angles(recording)
    table = left_right_table(angles[angles["person"] == 0])
    for space in SPACES:
        skeleton_figure(recording, space=space, label=label)
    visibility_figure(recording, label=label)
    for axis in ("angle_axis", "flexion_axis"):
        left_right_figure(table, axis=axis, label=label)
    return asked


@functools.cache
def expansions() -> dict[str, set[str]]:
    """What is filled into each f-string of the code that makes a key."""
    options = {
        "model": MODELS,
        "people": PEOPLE,
        "search": SEARCHES,
        "colours": COLOURS,
        "low_visibility": LOW_VISIBILITY,
        "reading": READINGS,
        "space": SPACES,
        "follow": FOLLOWED,
        "tilt": TILTS,
        "clock": CLOCKS,
        "live_movement": MOVEMENT_CHOICES,
        "live_cues": CUES,
    }
    joints = {name for definition in DEFINITIONS for name in (definition.joint, definition.name)}
    segments = {name for definition in SEGMENT_DEFINITIONS for name in (definition.segment, definition.name)}
    return {
        "common.page_{}": set(pages_of_the_shell()),
        "common.page_{}_help": set(pages_of_the_shell()),
        "start.sample_{}": {*SAMPLES, MOVEMENT, "live"},
        "start.sample_{}_why": {*SAMPLES, MOVEMENT, "live"},
        "settings.{}": set(DEFAULTS) - {"both"},
        "settings.{}_help": set(DEFAULTS) - {"both"},
        "settings.{}_{}": {f"{name}|{option}" for name, several in options.items() for option in several},
        "settings.model_{}": set(MODELS),
        "settings.smoothing_{}": set(FILTERS),
        "image.source_{}": set(SOURCES),
        "video.beginning_{}": set(PEOPLE),
        "video.phase_{}": {*PHASES[1:], "ending"},
        "image.space_{}": set(SPACES),
        "image.group_{}": set(GROUPS),
        "image.group_{}_hint": set(GROUPS),
        "image.group_{}_flat": set(GROUPS) - {"joints"},
        "image.column_{}": {"joint", "segment"},
        "methods.{}": {
            *{"sagittal", "frontal", "forwards", "outwards", "opens", "closes", "inclines_left_up"},
            *{*SPACES, FOUR_JOINTS, "error_axis"},
        },
        "methods.zero_{}": {"up", "down", "level"},
        "methods.inclines_{}": {"forwards", "raised", "toes_up", "head", "left_up"},
        "methods.{}_what": set(SPACES),
        "methods.{}_use": set(SPACES),
        "image.thumbnail_{}": {"nobody", "unreadable", "alt"},
        "image.tab_{}": {"angles", "landmarks", "charts", "download"},
        "image.view_{}": set(VIEWS),
        "image.body_{}": set(BODIES),
        "image.body_{}_hint": set(BODIES),
        "image.{}_name": first_arguments("_numbered", "widgets/sources.py"),
        "image.download_{}": first_arguments("_button", "widgets/downloads.py"),
        "body.{}": {*LANDMARKS, *joints, *segments, *SIDES, *BODY_PARTS, *labels_of_figures()},
        "video.source_{}": set(CLIP_SOURCES),
        "video.sample_{}": set(CLIPS),
        "video.tab_{}": {"angles", "summary", "landmarks", "quality", "download"},
        "video.column_{}": {*READINGS, *(group.own_reading for group in GROUPS.values() if group.own_reading)},
        "video.part_{}": {"body", "legs", "arms"},
        "video.quantity_{}": set(QUANTITIES),
        "video.player_{}": set(PLAYER_LABELS),
        "video.download_{}": first_arguments("_button", "widgets/video_downloads.py"),
        "live.{}": set(LIVE_LABELS),
        "live.ended_by_{}": set(ENDED_BY) - {"stop"},
        "settings.live_movement_{}": set(MOVEMENT_CHOICES),
        "coach.{}": set(KINDS) - {"view"},
        "coach.view_{}": set(COACH_VIEWS),
        "coach.edge_{}": set(EDGES),
        "coach.turn_{}": set(TURNS),
        "errors.{}": set(ERRORS),
        "export.{}": set(TEXTS),
    }


def keys_of(pattern: str) -> set[str]:
    """The keys that a string of the code stands for."""
    if "{}" not in pattern:
        return {pattern} if A_KEY.fullmatch(pattern) else set()
    if pattern.split(".")[0] not in FILES:
        return set()
    assert pattern in expansions(), f"say in this test what is filled into {pattern!r}"
    return {pattern.replace("{}", "%s") % tuple(value.split("|")) for value in expansions()[pattern]}


def test_every_text_that_the_code_asks_for_is_there() -> None:
    missing = {
        (file.relative_to(PROJECT).as_posix(), key)
        for file, tree in CODE.items()
        for pattern in strings_of(tree)
        for key in keys_of(pattern)
        if key not in all_texts()
    }
    assert missing == set()


def test_every_text_is_used() -> None:
    used = {key for tree in CODE.values() for pattern in strings_of(tree) for key in keys_of(pattern)}
    assert {key for key in all_texts() if key not in used} == set()


def calls_of_text() -> Iterator[tuple[Path, ast.Call]]:
    for file, tree in CODE.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "text":
                yield file, node


def test_every_text_gets_the_details_that_it_names() -> None:
    checked = 0
    for file, call in calls_of_text():
        if any(keyword.arg is None for keyword in call.keywords):  # `**error.details`: the test of the errors
            continue
        given = {keyword.arg for keyword in call.keywords}
        for key in {key for pattern in strings_of(call.args[0]) for key in keys_of(pattern)}:
            assert placeholders(all_texts()[key]["en"]) == given, f"{key} in {file.name}, line {call.lineno}"
            checked += 1
    assert checked > 100


def test_the_body_has_words_for_everything_that_has_a_name() -> None:
    joints = [definition.joint for definition in DEFINITIONS if definition.side == "centre"]
    kinds = [definition.name for definition in (*DEFINITIONS, *SEGMENT_DEFINITIONS)]
    joints += [definition.segment for definition in SEGMENT_DEFINITIONS if definition.side == "centre"]
    sides = ("left", "right", "centre")
    named = FILES["body"]
    assert len(LANDMARKS) == 33
    for name in (*LANDMARKS, *joints, *kinds, *sides, *BODY_PARTS):
        assert {"en", "zh"} == set(named[name]), name
    limbs = {each.name for each in (*DEFINITIONS, *SEGMENT_DEFINITIONS) if each.side != "centre"}
    for limb, side in product(limbs, ("left", "right")):
        assert named[f"{side}_{limb}"]["en"] == f"{side} {named[limb]['en']}"
        assert named[f"{side}_{limb}"]["zh"] == {"left": "左", "right": "右"}[side] + named[limb]["zh"]
    for language in LANGUAGES:
        landmarks = [named[name][language] for name in LANDMARKS]
        assert len(set(landmarks)) == 33, language


def test_the_exported_page_says_in_english_what_core_says_by_itself() -> None:
    assert {name: entry["en"] for name, entry in FILES["export"].items()} == TEXTS
    assert FILES["export"]["lang"]["zh"].startswith("zh")
