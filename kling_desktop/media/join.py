"""Clips one after the other as one MP4: copied packet by packet where they match, else encoded."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av

from kling_desktop.domain.errors import BadMedia, ClipDamaged
from kling_desktop.domain.lineage import Joined
from kling_desktop.media.probe import measure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from av.container import InputContainer, OutputContainer

    Report = Callable[[int, int], None]

QUALITY = {"preset": "medium", "crf": "14"}
"""For clips that cannot be copied: nobody sees a difference."""
_OPTIONS = {"movflags": "+faststart"}


class _Apart(Exception):
    """The clips cannot be copied after one another; says why."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What has to be equal for packets to follow one another."""

    video: tuple[Any, ...]
    sound: tuple[Any, ...] | None
    size: tuple[int, int]
    rate: Fraction
    frames: int


def join_clips(clips: Sequence[Path], out: Path, report: Report) -> Joined:
    """Write the clips to ``out``, which must not be there yet; blocks.

    ``report`` hears how many frames of how many are done; whatever it raises ends the work, and
    then, as after every error, no file is left.

    Raises:
        BadMedia: a clip cannot be read, or its frames have another size than those of the first.
    """
    shapes = [_shape(each) for each in clips]
    for clip, shape in zip(clips, shapes, strict=True):
        if shape.size != shapes[0].size:
            sizes = [f"{width} x {height}" for width, height in (shape.size, shapes[0].size)]
            raise BadMedia(clip.name, f"is {sizes[0]}, the first one {sizes[1]}; join equal sizes")
    try:
        return _joined(clips, shapes, out, report)
    except av.FFmpegError as error:
        raise BadMedia(out.name, f"cannot be written: {error.strerror}") from error
    except BaseException:
        out.unlink(missing_ok=True)
        raise


def _joined(clips: Sequence[Path], shapes: Sequence[_Shape], out: Path, report: Report) -> Joined:
    total, reason = sum(each.frames for each in shapes), ""
    has_sound = all(each.sound is not None and each.sound == shapes[0].sound for each in shapes)
    note = ""
    if not has_sound and any(each.sound for each in shapes):
        note = "The sound is left out, because not all of the clips have the same kind of it."
    try:
        _check_alike(shapes)
        _copy(clips, out, report, total, with_sound=has_sound)
        facts = measure(out)
        _check_whole(facts.frames, total)
    except (_Apart, ClipDamaged) as error:
        reason = str(error) or "the copy could not be played"
        out.unlink(missing_ok=True)
        _encode(clips, shapes, out, report, total)
        if has_sound:
            note = "The sound is left out."
        facts = measure(out)
    return Joined(out, facts.frames, facts.duration, reason, note)


def _shape(clip: Path) -> _Shape:
    try:
        with av.open(str(clip.absolute()), format="mp4") as container:
            if not container.streams.video:
                raise BadMedia(clip.name, "has no video in it")
            video = container.streams.video[0]
            context = video.codec_context
            looks = (
                context.name, bytes(context.extradata or b""), context.pix_fmt, video.time_base,
                context.color_range, context.colorspace, context.sample_aspect_ratio,
            )  # fmt: skip
            sounds = container.streams.audio
            heard = None
            if sounds:
                sound = sounds[0].codec_context
                heard = (sound.name, bytes(sound.extradata or b""), sound.rate, sound.layout.name)
            frames = video.frames or sum(1 for each in container.demux(video) if each.size)
            rate = _fraction(video.average_rate or 30)
            return _Shape(looks, heard, (context.width, context.height), rate, frames)
    except av.FFmpegError as error:
        raise BadMedia(clip.name, f"cannot be read: {error.strerror}") from error


def _fraction(value: Any) -> Fraction:
    return Fraction(value.numerator, value.denominator)


def _check_alike(shapes: Sequence[_Shape]) -> None:
    first = shapes[0]
    for each in shapes:
        if each.video[0] != first.video[0]:
            raise _Apart(f"one clip is {each.video[0]}, another {first.video[0]}")
        if each.video != first.video:
            raise _Apart("the clips were encoded in different ways")


def _copy(
    clips: Sequence[Path], out: Path, report: Report, total: int, *, with_sound: bool
) -> None:
    """Every packet as it is, later by what came before."""
    with av.open(str(out), "w", format="mp4", options=_OPTIONS) as made:
        copier = _Copier(made, report, total)
        for clip in clips:
            with av.open(str(clip.absolute()), format="mp4") as source:
                streams = [source.streams.video[0], *source.streams.audio[: int(with_sound)]]
                copier.take(source, streams)


class _Copier:
    """Puts the packets of one clip behind those of the last."""

    def __init__(self, made: OutputContainer, report: Report, total: int) -> None:
        self._made, self._report, self._total = made, report, total
        self._targets: dict[str, Any] = {}
        self._lasts: dict[str, int] = {}
        self._start = self._end = Fraction(0)
        self._done = 0

    def take(self, source: InputContainer, streams: Sequence[Any]) -> None:
        for stream in streams:
            if stream.type not in self._targets:
                self._targets[stream.type] = self._made.add_stream_from_template(stream)
        self._start = self._end
        for packet in source.demux(streams):
            if packet.dts is not None and packet.pts is not None:
                self._put(packet, packet.stream.type, _fraction(packet.time_base))

    def _put(self, packet: Any, kind: str, base: Fraction) -> None:
        shift, is_video = round(self._start / base), kind == "video"
        packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
        if packet.dts <= self._lasts.get(kind, packet.dts - 1):
            if is_video:
                raise _Apart("the times of their frames overlap")
            return  # sound begins a little before its video, and ends after it
        self._lasts[kind] = packet.dts
        end = (packet.pts + (packet.duration or 0)) * base
        packet.stream = self._targets[kind]
        self._made.mux(packet)
        if is_video:
            self._end, self._done = max(self._end, end), self._done + 1
            self._report(self._done, self._total)


def _check_whole(found: int, wanted: int) -> None:
    if found != wanted:
        raise _Apart("the copy did not hold all frames")


def _encode(
    clips: Sequence[Path], shapes: Sequence[_Shape], out: Path, report: Report, total: int
) -> None:
    """Frame by frame, each shown as long as at its own rate, at the highest rate of them."""
    rate = max(each.rate for each in shapes)
    done = 0
    with av.open(str(out), "w", format="mp4", options=_OPTIONS) as made:
        target = made.add_stream("libx264", rate=rate, options=QUALITY)
        target.width, target.height = shapes[0].size
        target.pix_fmt = "yuv420p"
        written = Fraction(0)
        """Frames of the result so far; a clip of a lower rate repeats some of its own."""
        number = 0
        for clip, shape in zip(clips, shapes, strict=True):
            with av.open(str(clip.absolute()), format="mp4") as source:
                for frame in source.decode(video=0):
                    written += rate / shape.rate
                    while number < round(written):
                        _mux_frame(made, target, frame, number, rate)
                        number += 1
                    done += 1
                    report(min(done, total), total)
        made.mux(target.encode(None))


def _mux_frame(made: OutputContainer, target: Any, frame: Any, number: int, rate: Fraction) -> None:
    frame.pts, frame.time_base = number, 1 / rate
    made.mux(target.encode(frame))
