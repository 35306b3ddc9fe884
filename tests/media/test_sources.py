"""Given videos and sounds are measured by their head alone, and nothing in them is followed."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from kling_desktop.domain.catalog import FieldKind
from kling_desktop.domain.errors import BadMedia
from kling_desktop.media import sources
from kling_desktop.media.sources import seconds_of
from tests.helpers.clips import write_clip, write_sound

K = FieldKind


def write_wave(path: Path, seconds: float) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(round(seconds * 8000) * 2))
    return path


def test_a_video_and_a_sound_say_how_long_they_are(tmp_path: Path) -> None:
    assert seconds_of(write_clip(tmp_path / "a.mp4", frames=25), K.VIDEO) == pytest.approx(2.5)
    assert seconds_of(write_wave(tmp_path / "a.wav", 1.25), K.SOUND) == pytest.approx(1.25)


def test_where_no_kind_is_asked_for_either_will_do(tmp_path: Path) -> None:
    assert seconds_of(write_clip(tmp_path / "a.mp4")) == pytest.approx(1)
    assert seconds_of(write_wave(tmp_path / "a.wav", 3)) == pytest.approx(3)


def test_a_video_without_a_sound_is_no_sound_and_a_sound_no_video(tmp_path: Path) -> None:
    with pytest.raises(BadMedia, match="no sound in it"):
        seconds_of(write_clip(tmp_path / "a.mp4"), K.SOUND)
    with pytest.raises(BadMedia, match="no video in it"):
        seconds_of(write_sound(tmp_path / "b.mp4"), K.VIDEO)


@pytest.mark.parametrize("suffix", [".m3u8", ".mp4", ".txt"])
@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{other}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{other}'\n",
        "v=0\r\nm=video 5004 RTP/AVP 96\r\nc=IN IP4 127.0.0.1\r\n",
        "<?xml version='1.0'?><MPD><Period><BaseURL>{other}</BaseURL></Period></MPD>",
    ],
    ids=["hls", "concat", "sdp", "dash"],
)
def test_a_list_of_other_files_is_refused_whatever_it_is_called(
    tmp_path: Path, text: str, suffix: str
) -> None:
    other = write_clip(tmp_path / "secret.mp4")
    file = tmp_path / f"list{suffix}"
    file.write_text(text.format(other=other), "utf-8")
    with pytest.raises(BadMedia, match="cannot be read"):
        seconds_of(file, K.VIDEO)


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 4096, b"RIFF\xff\xff\xff\xffWAVE", bytes(range(256)) * 8, b"GIF89a" * 40]
)
def test_nonsense_is_refused(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "odd.mp4"
    file.write_bytes(data)
    with pytest.raises(BadMedia, match=r"cannot be read|does not say how long"):
        seconds_of(file, K.VIDEO)


def test_half_a_video_is_refused_or_measured_and_never_hangs(tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "a.mp4", index_first=True).read_bytes()
    file = tmp_path / "half.mp4"
    file.write_bytes(whole[: len(whole) // 2])
    assert seconds_of(file, K.VIDEO) == pytest.approx(1)
    file.write_bytes(whole[:200])
    with pytest.raises(BadMedia):
        seconds_of(file, K.VIDEO)


def test_what_is_not_there_or_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadMedia, match="cannot be read"):
        seconds_of(tmp_path / "gone.mp4")
    with pytest.raises(BadMedia, match="cannot be read"):
        seconds_of(tmp_path)


def test_what_is_too_large_is_refused_without_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "LARGEST", 100)
    with pytest.raises(BadMedia, match="Kling takes up to"):
        seconds_of(write_clip(tmp_path / "a.mp4"))


def test_a_name_like_an_address_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    odd = Path("concat:a.mp4")
    write_clip(tmp_path / "a.mp4").rename(tmp_path / odd)
    assert seconds_of(odd, K.VIDEO) == pytest.approx(1)
