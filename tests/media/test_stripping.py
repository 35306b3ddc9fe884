"""Where and with what a picture was taken stays here; its pixels do not change."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from kling_desktop.domain.limits import MAX_BYTES
from kling_desktop.media.decode import PictureFiles
from kling_desktop.media.pictures import prepare
from kling_desktop.media.stripping import Unclear, stripped
from tests.media.test_pictures import noise, picture

if TYPE_CHECKING:
    from pathlib import Path

MAKE, MODEL, GPS, SHOT, SERIAL = 0x010F, 0x0110, 0x8825, 0x8769, 0xA431
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><Secret-XMP/></x:xmpmeta>'
SECRETS = (b"Secret-Maker", b"Secret-Model", b"Secret-Serial", b"Secret-XMP", b"Secret-Words")


def told() -> Image.Exif:
    """As a telephone writes it: where it was taken, by which one."""
    exif = Image.Exif()
    exif[MAKE], exif[MODEL] = "Secret-Maker", "Secret-Model"
    exif.get_ifd(SHOT)[SERIAL] = "Secret-Serial"
    exif.get_ifd(GPS).update({1: "N", 2: (52.0, 31.0, 12.5), 3: "E", 4: (13.0, 24.0, 17.6)})
    return exif


def file(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def telling(kind: str, image: Image.Image | None = None) -> bytes:
    """A picture's file that is full of secrets."""
    more: dict[str, Any] = {"exif": told()}
    if kind == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_text("Comment", "Secret-Words")
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        more |= {"pnginfo": text}
    elif kind in {"JPEG", "WEBP"}:
        more |= {"xmp": XMP} | ({"comment": b"Secret-Words"} if kind == "JPEG" else {})
    return file(image or noise((320, 304)), kind, **more)


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB").tobytes()


def is_silent(data: bytes) -> bool:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        exif = image.getexif()
        nothing = not dict(exif) and not exif.get_ifd(GPS)
        return nothing and not any(each in data for each in SECRETS)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_no_picture_is_sent_with_its_place_or_its_camera(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "holiday"
    path.write_bytes(telling(kind))
    assert not is_silent(path.read_bytes())
    prepared = prepare(path)
    assert is_silent(prepared.data)
    assert pixels(prepared.data) == pixels(path.read_bytes())


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_what_needs_no_other_change_loses_its_metadata_and_nothing_else(
    kind: str, tmp_path: Path
) -> None:
    (tmp_path / "a").write_bytes(telling(kind))
    prepared = prepare(tmp_path / "a")
    assert prepared.changed == ("metadata",)
    assert prepared.data == stripped(file(noise((320, 304)), kind))


@pytest.mark.parametrize("options", [{"progressive": True}, {"restart_marker_rows": 2}, {}])
def test_every_way_of_writing_a_jpeg_keeps_its_pixels(options: dict[str, Any]) -> None:
    data = file(noise((320, 304)), "JPEG", exif=told(), quality=90, **options)
    clean = stripped(data)
    assert is_silent(clean)
    assert pixels(clean) == pixels(data)


def test_the_second_picture_of_a_camera_goes_with_the_metadata_that_it_has() -> None:
    second = noise((64, 48))
    second.info["comment"] = b"Secret-Words"
    data = file(noise((320, 304)), "MPO", save_all=True, append_images=[second], exif=told())
    clean = stripped(data)
    assert is_silent(clean)
    assert len(clean) < len(data)
    with Image.open(io.BytesIO(clean)) as image:
        assert (image.format, image.size) == ("JPEG", (320, 304))


def test_a_large_preview_in_the_file_does_not_cost_the_picture_its_quality(tmp_path: Path) -> None:
    data = file(noise((320, 304)), "JPEG") + b"\0" * MAX_BYTES
    (tmp_path / "a.jpg").write_bytes(data)
    prepared = prepare(tmp_path / "a.jpg")
    assert (prepared.suffix, prepared.changed) == (".jpg", ("metadata",))
    assert pixels(prepared.data) == pixels(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_colours_stay_what_their_profile_says(kind: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = file(picture(), kind, icc_profile=profile, exif=told())
    with Image.open(io.BytesIO(stripped(data))) as image:
        assert image.info["icc_profile"] == profile


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_file_without_metadata_stays_as_it_is_to_the_byte(kind: str) -> None:
    data = file(picture(), kind)
    assert stripped(data) is data


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_file_is_unclear_and_nothing_worse(data: st.DataObject) -> None:
    whole = telling(data.draw(st.sampled_from(["JPEG", "PNG"])), picture())
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    place = data.draw(st.integers(0, max(0, len(cut) - 1)))
    harmed = cut[:place] + data.draw(st.binary(max_size=3)) + cut[place + 1 :]
    with suppress(Unclear):
        assert len(stripped(harmed)) <= len(harmed)


def test_the_window_can_say_what_is_held_back() -> None:
    decoded = PictureFiles().decode("a.jpg", telling("JPEG"))
    assert decoded.held_back == "location and camera data are not sent"
    assert PictureFiles().decode("a.jpg", file(picture(), "JPEG")).held_back == ""
