"""Every error that a user can meet has a sentence that says what to do, and survives being passed around."""

import copy
import inspect
import pickle
import string
from collections.abc import Callable

import pytest

from core import errors
from core.errors import (
    DetectionFailed,
    ImageError,
    InvalidSetting,
    LiveError,
    ModelError,
    ModelMissing,
    PosescopeError,
    SystemLibraryMissing,
    VideoError,
)

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if kind.__module__ == errors.__name__]
# Families, to catch several with one `except`; nobody raises them.
FAMILIES = {PosescopeError, ImageError, LiveError, ModelError, VideoError}
KINDS = [kind for kind in CLASSES if kind not in FAMILIES]
WAYS: dict[str, Callable[[PosescopeError], PosescopeError]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{
        f"pickle {protocol}": lambda error, protocol=protocol: pickle.loads(pickle.dumps(error, protocol))  # type: ignore[misc]
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    },
}


def placeholders(kind: type[PosescopeError]) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(kind.sentence) if name is not None]


def made(kind: type[PosescopeError]) -> PosescopeError:
    return kind(**{name: f"<{name}>" for name in placeholders(kind)})


def test_all_classes_are_looked_at() -> None:
    assert len(KINDS) >= 15
    assert {InvalidSetting, ModelMissing, SystemLibraryMissing} <= set(KINDS)


@pytest.mark.parametrize("kind", CLASSES)
def test_is_a_posescope_error(kind: type[Exception]) -> None:
    assert issubclass(kind, PosescopeError)


@pytest.mark.parametrize("kind", KINDS)
def test_has_a_sentence_of_its_own(kind: type[PosescopeError]) -> None:
    assert "sentence" in vars(kind)
    assert len(kind.sentence) >= 15
    assert kind.sentence[0].isupper() or kind.sentence[0] in "“{"
    assert kind.sentence.endswith(".")
    assert kind.sentence == " ".join(kind.sentence.split())


@pytest.mark.parametrize("kind", KINDS)
def test_the_sentence_says_what_to_do(kind: type[PosescopeError]) -> None:
    """An instruction in the imperative, or what is expected and what came."""
    said = kind.sentence.lower()
    instructions = ("use ", "save ", "check ", "export ", "make ", "get it back", "try ", "choose ", "install ")
    instructions += ("reload ", "start ", "wait ", "name it ")
    assert any(word in said for word in instructions) or "must be {allowed}" in said or "expected {expected}" in said


def test_no_two_kinds_say_the_same() -> None:
    assert len({kind.sentence for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_details_fill_every_placeholder(kind: type[PosescopeError]) -> None:
    error = made(kind)
    text = str(error)
    assert all(f"<{name}>" in text for name in placeholders(kind))
    assert "{" not in text and "}" not in text
    assert error.details == {name: f"<{name}>" for name in placeholders(kind)}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if placeholders(kind)])
def test_a_forgotten_detail_does_not_go_unnoticed(kind: type[PosescopeError]) -> None:
    with pytest.raises(KeyError):
        kind()


def test_braces_in_a_detail_stay_as_they_are() -> None:
    assert "({nobody} {0})" in str(DetectionFailed(reason="{nobody} {0}"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", KINDS)
def test_copies_and_pickles(kind: type[PosescopeError], way: str) -> None:
    error = made(kind)
    again = WAYS[way](error)
    assert type(again) is kind and again is not error
    assert str(again) == str(error)
    assert again.details == error.details


@pytest.mark.parametrize("way", WAYS)
def test_notes_are_passed_on_as_well(way: str) -> None:
    error = ModelMissing(path="a.task")
    error.add_note("seen in the third file")
    assert WAYS[way](error).__notes__ == ["seen in the third file"]


def test_a_missing_system_library_is_still_an_import_error() -> None:
    with pytest.raises(ImportError, match=r"apt-get install -y libgl1"):
        raise SystemLibraryMissing(library="libGL.so.1", packages="libgl1")
