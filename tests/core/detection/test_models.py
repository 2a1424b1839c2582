"""Only the published models are used, and a user whose copy is not one of them is told how to get it back."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from core.detection.models import BUNDLE_FOLDER, BUNDLES, PROJECT_FOLDER, read_bundle
from core.errors import ModelAltered, ModelError, ModelMissing

MODELS = ("lite", "full", "heavy")
# As Google publishes them, except lite; bundles/PROVENANCE.md has the whole story.
PUBLISHED = {
    "lite": ("525c353f5f1266954573047b2270eb309c90ba52756de7eb84828ad4e4c8f2de", 5_777_714),
    "full": ("4eaa5eb7a98365221087693fcc286334cf0858e2eb6e15b506aa4a7ecdcec4ad", 9_398_198),
    "heavy": ("64437af838a65d18e5ba7a0d39b465540069bc8aae8308de3e318aad31fcbc7b", 30_664_242),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / BUNDLE_FOLDER).mkdir(parents=True)
    return tmp_path


def test_there_are_three_models() -> None:
    assert tuple(BUNDLES) == MODELS


@pytest.mark.parametrize("model", MODELS)
class TestCommittedBundles:
    def test_are_the_published_ones(self, model: str) -> None:
        content = read_bundle(model)
        assert (hashlib.sha256(content).hexdigest(), len(content)) == PUBLISHED[model]
        assert BUNDLES[model].sha256 == PUBLISHED[model][0]

    def test_hold_a_detector_and_a_landmark_network(self, model: str) -> None:
        with zipfile.ZipFile(io.BytesIO(read_bundle(model))) as bundle:
            assert sorted(bundle.namelist()) == ["pose_detector.tflite", "pose_landmarks_detector.tflite"]
            assert bundle.testzip() is None

    def test_are_described_beside_them(self, model: str) -> None:
        described = (PROJECT_FOLDER / BUNDLE_FOLDER / "PROVENANCE.md").read_text("utf-8")
        assert f"`pose_landmarker_{model}.task`" in described
        assert PUBLISHED[model][0] in described

    def test_are_named_from_the_projects_folder(self, model: str) -> None:
        assert BUNDLES[model].path.as_posix() == f"core/detection/bundles/pose_landmarker_{model}.task"


@pytest.mark.parametrize("model", MODELS)
class TestMissing:
    def check(self, model: str, project_folder: Path) -> None:
        with pytest.raises(ModelMissing) as caught:
            read_bundle(model, project_folder)
        path = f"core/detection/bundles/pose_landmarker_{model}.task"
        assert f"The model file {path} is missing" in str(caught.value)
        assert f"“git checkout {path}”" in str(caught.value)
        assert str(project_folder) not in str(caught.value)
        assert isinstance(caught.value, ModelError)

    def test_file(self, model: str, project: Path) -> None:
        self.check(model, project)

    def test_folder(self, model: str, tmp_path: Path) -> None:
        self.check(model, tmp_path / "nowhere")

    def test_a_folder_in_its_place(self, model: str, project: Path) -> None:
        (project / BUNDLES[model].path).mkdir()
        self.check(model, project)


def flipped_byte(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


ALTERATIONS = {
    "empty": lambda content: b"",
    "one bit": flipped_byte,
    "cut short": lambda content: content[:-1],
    "something behind it": lambda content: content + b"\n",
    "a pointer to large file storage": lambda content: b"version https://git-lfs.github.com/spec/v1\n",
}


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_an_altered_file_is_refused(alteration: str, project: Path) -> None:
    altered = ALTERATIONS[alteration](read_bundle("lite"))
    (project / BUNDLES["lite"].path).write_bytes(altered)
    with pytest.raises(ModelAltered) as caught:
        read_bundle("lite", project)
    message = str(caught.value)
    path = "core/detection/bundles/pose_landmarker_lite.task"
    assert f"The model file {path} is not the original" in message
    assert f"its SHA-256 is {hashlib.sha256(altered).hexdigest()}, expected {PUBLISHED['lite'][0]}" in message
    assert f"“git checkout {path}”" in message
    assert isinstance(caught.value, ModelError)


def test_one_model_in_anothers_place_is_refused(project: Path) -> None:
    (project / BUNDLES["full"].path).write_bytes(read_bundle("lite"))
    with pytest.raises(ModelAltered, match="pose_landmarker_full"):
        read_bundle("full", project)


def test_a_copy_of_the_project_works(project: Path) -> None:
    content = read_bundle("lite")
    (project / BUNDLES["lite"].path).write_bytes(content)
    assert read_bundle("lite", project) == content
