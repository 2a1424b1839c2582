"""The bundled models: where they lie and how to know that they are the published ones."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from core.errors import ModelAltered, ModelMissing

PROJECT_FOLDER = Path(__file__).resolve().parents[2]
BUNDLE_FOLDER = Path("core/detection/bundles")


@dataclass(frozen=True)
class ModelBundle:
    """One of Google's pose landmarker bundles. `bundles/PROVENANCE.md` says where each comes from."""

    name: str
    sha256: str

    @property
    def path(self) -> Path:
        """Seen from the project's folder, as the error messages name it."""
        return BUNDLE_FOLDER / f"pose_landmarker_{self.name}.task"


BUNDLES: dict[str, ModelBundle] = {
    bundle.name: bundle
    for bundle in (
        ModelBundle("lite", "525c353f5f1266954573047b2270eb309c90ba52756de7eb84828ad4e4c8f2de"),
        ModelBundle("full", "4eaa5eb7a98365221087693fcc286334cf0858e2eb6e15b506aa4a7ecdcec4ad"),
        ModelBundle("heavy", "64437af838a65d18e5ba7a0d39b465540069bc8aae8308de3e318aad31fcbc7b"),
    )
}


# Google's EfficientDet-Lite0, which finds people's boxes.
FINDER_PATH = BUNDLE_FOLDER / "efficientdet_lite0_int8.tflite"
FINDER_SHA256 = "0720bf247bd76e6594ea28fa9c6f7c5242be774818997dbbeffc4da460c723bb"


def read_bundle(model: str, project_folder: Path = PROJECT_FOLDER) -> bytes:
    """The bytes of a pose bundle, once they have been checked.

    Raises:
        ModelMissing: the file is not there.
        ModelAltered: its SHA-256 is not the published one.
    """
    return read_checked(BUNDLES[model].path, BUNDLES[model].sha256, project_folder)


def read_finder(project_folder: Path = PROJECT_FOLDER) -> bytes:
    """The bytes of the finder's model, once they have been checked.

    Raises:
        ModelMissing: the file is not there.
        ModelAltered: its SHA-256 is not the published one.
    """
    return read_checked(FINDER_PATH, FINDER_SHA256, project_folder)


def read_checked(path: Path, sha256: str, project_folder: Path) -> bytes:
    """The bytes of a file that comes with Posescope, once they have been checked.

    Raises:
        ModelMissing: the file is not there.
        ModelAltered: its SHA-256 is another one.
    """
    try:
        content = (project_folder / path).read_bytes()
    except OSError:
        raise ModelMissing(path=path.as_posix()) from None
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ModelAltered(path=path.as_posix(), found=found, expected=sha256)
    return content
