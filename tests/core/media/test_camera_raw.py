"""Camera raw is refused by name, whoever made it; of a TIFF never a preview is taken for the picture."""

import struct

import numpy as np
import pytest
from PIL import Image

from core.errors import CameraRaw, DamagedImage, OnlyAPreview, UnknownTiff
from core.media.images import read_image
from core.settings import Settings
from tests.core.media.picture_files import PHOTO, encoded, read
from tests.core.media.tiff_files import grey, tiff

THUMBNAIL = grey(np.full((30, 40), 90), t254=1)
LARGE = np.tile(np.arange(200, dtype=np.uint8), (150, 1))
SENSOR = {"t254": 0, "t262": 32803}


def raw_files() -> dict[str, bytes]:
    files = {}
    for order, end in (("<", "little"), (">", "big")):
        files[f"thumbnail, sensor below, {end} end first"] = tiff([THUMBNAIL], [grey(LARGE, **SENSOR)], order)
        files[f"DNG of linear colours, {end} end first"] = tiff([THUMBNAIL], [grey(LARGE, t262=34892)], order)
        files[f"DNG by its version alone, {end} end first"] = tiff([grey(LARGE, t50706=1)], (), order)
    files["sensor in the first directory"] = tiff([grey(LARGE, **SENSOR)])
    files["sensor in the second page"] = tiff([THUMBNAIL, grey(LARGE, **SENSOR)])
    files["large preview first, not marked as one"] = tiff([grey(LARGE)], [grey(LARGE, **SENSOR)])
    files["colour filters named, no colours"] = tiff([THUMBNAIL], [grey(LARGE, t33422=(0, 1, 1, 2))])
    for maker, compression in {"Nikon": 34713, "Sony": 32767, "Pentax": 65535, "Samsung": 32770}.items():
        files[f"{maker}'s compression"] = tiff([THUMBNAIL], [grey(LARGE, t259=compression)])
    files["CR2"] = tiff([grey(LARGE)], after=b"CR\x02\0\0\0\0\0")
    files["IIQ"] = tiff([grey(LARGE)], after=b"IIII\0\0\0\0")
    plain = tiff([grey(LARGE)])
    files |= {"ORF": b"IIRO" + plain[4:], "ORF, older": b"IIRS" + plain[4:], "RW2": b"IIU\0" + plain[4:]}
    files["CR3"] = b"\0\0\0\x18ftypcrx \0\0\0\1crx isom" + bytes(300)
    files["RAF"] = b"FUJIFILMCCD-RAW 0201" + bytes(300)
    files["CRW"] = b"II\x1a\0\0\0HEAPCCDR" + bytes(300)
    return files


RAW = raw_files()


@pytest.mark.parametrize("kind", RAW)
def test_camera_raw_is_refused_by_its_name(kind: str) -> None:
    with pytest.raises(CameraRaw, match=r"“ride\.jpg” is a camera raw file"):
        read_image(RAW[kind], Settings(), "ride.jpg")


@pytest.mark.parametrize("order", ["<", ">"])
def test_of_a_preview_and_the_picture_the_picture_is_read(order: str) -> None:
    for mark in ({"t254": 1}, {"t255": 2}):
        content = tiff([grey(np.full((30, 40), 90), **mark), grey(LARGE)], (), order)
        assert (read(content)[..., 1] == LARGE).all()
        assert read_image(content, Settings()).pictures == 1


def test_a_preview_without_its_picture_is_no_picture() -> None:
    with pytest.raises(OnlyAPreview, match="only a small preview of 40 × 30 pixels"):
        read(tiff([THUMBNAIL], [grey(LARGE)]))


def test_previews_behind_or_below_the_picture_change_nothing() -> None:
    for content in (tiff([grey(LARGE), THUMBNAIL]), tiff([grey(LARGE)], [THUMBNAIL])):
        assert (read(content)[..., 1] == LARGE).all()
        assert read_image(content, Settings()).pictures == 1


def test_a_small_picture_that_calls_itself_a_preview_is_read_if_there_is_no_other() -> None:
    assert (read(tiff([grey(LARGE, t254=1)]))[..., 1] == LARGE).all()


def test_directories_in_a_circle_end() -> None:
    content = bytearray(tiff([grey(LARGE), grey(LARGE)]))
    first = struct.unpack_from("<I", content, 4)[0]
    content[-4:] = struct.pack("<I", first)
    assert (read(bytes(content))[..., 1] == LARGE).all()


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_tiff_of_an_unknown_kind_is_not_called_damaged(order: str) -> None:
    tags, pixels = grey(LARGE, t258=64, t339=3)
    with pytest.raises(UnknownTiff, match="of a kind that cannot be read"):
        read(tiff([(tags, pixels * 8)], (), order))
    with pytest.raises(DamagedImage):
        read(tiff([grey(LARGE)], (), order)[:600])


PAGES = {"append_images": [Image.new("RGB", (128, 96), colour) for colour in ("black", "white")], "save_all": True}


@pytest.mark.parametrize("format_name", ["GIF", "PNG", "WEBP", "AVIF", "TIFF"])
def test_how_many_pictures_a_file_holds_is_known(format_name: str) -> None:
    assert read_image(encoded(PHOTO, format_name, **PAGES), Settings()).pictures == 3
    assert read_image(encoded(PHOTO, format_name), Settings()).pictures == 1


def test_a_gain_map_or_a_second_eye_is_no_other_picture() -> None:
    assert read_image(encoded(PHOTO, "MPO", **PAGES), Settings()).pictures == 1
