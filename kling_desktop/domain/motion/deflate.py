"""Deflate for bytes that are nearly all zero, from the places of those that are not (RFC 1951).

A compressor that reads 33 million zeros to find that they are zeros takes most of the time that an
8K mask needs. Here nobody reads them: a run of zeros is a number, and in the code that is used its
258-byte pieces are two zero bits each, which are there already when the output is made.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.int64]

_LONGEST = 258
_END, _FIRST_LENGTH, _LAST = 256, 257, 285
_RARE = range(_END, _END + 10)
"""The end of a block, and runs that are short: a bit more for them."""
_PACKED_LENGTHS = {7: 1, 8: 2, 1: 4, 3: 4, 4: 4, 18: 4}
"""How the lengths of the codes are themselves coded; 18 is a run of zeros."""
_ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)
_ALIGN = b"\x00\x00\xff\xff"


def sparse_block(places: Numbers, values: NDArray[np.uint8], size: int) -> bytes:
    """One block and an empty one after it, so that it ends on a whole byte.

    ``size`` bytes are zero but for ``values``, which are 1, 2 or 255, at ``places``; the first
    byte must be one of them.
    """
    head, bits = _header()
    gaps = np.diff(places, append=size) - 1
    words, lengths = _tokens()
    first, first_size = words[values], lengths[values]
    has_zero = gaps > 0
    first = first | np.where(has_zero, words[0] << first_size, 0)
    first_size = first_size + np.where(has_zero, lengths[0], 0)
    more = np.maximum(gaps - 1, 0)
    last, last_size = _runs()
    skipped = more // _LONGEST * 2
    rest = more % _LONGEST
    starts = bits + np.concatenate(([0], np.cumsum(first_size + skipped + last_size[rest])))
    out = np.zeros(int(starts[-1]) // 8 + 8, np.uint8)
    out[: len(head)] = np.frombuffer(head, np.uint8)
    _put(out, starts[:-1], first)
    _put(out, starts[:-1] + first_size + skipped, last[rest])
    end, end_size = words[_END], lengths[_END]
    _put(out, starts[-1:], end[np.newaxis])
    stop = int(starts[-1] + end_size) + 3  # an empty stored block: three zero bits, then its size
    return out[: -(-stop // 8)].tobytes() + _ALIGN


def _put(out: NDArray[np.uint8], starts: Numbers, words: Numbers) -> None:
    """Write words of at most 16 bits, lowest bit first; no two of them share a bit."""
    first, shifted = starts >> 3, words << (starts & 7)
    for index in range(3):
        np.add.at(out, first + index, (shifted >> 8 * index & 255).astype(np.uint8))


def _code_lengths() -> list[int]:
    """Bits of each symbol's code; they fill the space of codes exactly, as they must."""
    found = [0] * (_LAST + 1)
    found[0] = 3
    found[1] = found[2] = found[255] = 4
    for symbol in range(_END, _LAST):
        found[symbol] = 8 if symbol in _RARE else 7
    found[_LAST] = 1
    return found


def _canonical(lengths: dict[int, int]) -> dict[int, int]:
    """Codes in the order of their lengths, with the bits turned round as they are written."""
    codes: dict[int, int] = {}
    code = previous = 0
    for symbol, length in sorted(lengths.items(), key=lambda each: (each[1], each[0])):
        code <<= length - previous
        codes[symbol] = int(f"{code:0{length}b}"[::-1], 2)
        code, previous = code + 1, length
    return codes


@cache
def _tokens() -> tuple[Numbers, Numbers]:
    """The code of each symbol, and its bits."""
    lengths = _code_lengths()
    codes = _canonical({symbol: each for symbol, each in enumerate(lengths) if each})
    words = np.array([codes.get(symbol, 0) for symbol in range(len(lengths))], np.int64)
    return words, np.array(lengths, np.int64)


@cache
def _runs() -> tuple[Numbers, Numbers]:
    """What stands for 0 to 257 further zeros, and its bits."""
    words, lengths = _tokens()
    found = [(0, 0), (words[0], lengths[0]), (words[0] | words[0] << lengths[0], 2 * lengths[0])]
    symbol, base = _FIRST_LENGTH, 3
    while base < _LONGEST:
        extra = max(0, (symbol - 261) // 4)
        for more in range(1 << extra):
            word = words[symbol] | more << lengths[symbol]
            # The distance, one byte back, is a zero bit.
            found.append((word, lengths[symbol] + extra + 1))
        symbol, base = symbol + 1, base + (1 << extra)
    table = np.array(found[:_LONGEST], np.int64)
    return table[:, 0], table[:, 1]


@cache
def _header() -> tuple[bytes, int]:
    """The beginning of every block: that more follow, and the code in use; and its bits."""
    packed = _canonical(_PACKED_LENGTHS)
    parts = [(0, 1), (2, 2), (_LAST - _END, 5), (0, 5)]
    used = [_PACKED_LENGTHS.get(each, 0) for each in _ORDER]
    while not used[-1]:
        used.pop()
    parts += [(len(used) - 4, 4), *((each, 3) for each in used)]
    lengths = [*_code_lengths(), 1]  # the last is that of the only distance
    while lengths:
        run = next((index for index, each in enumerate(lengths) if each), len(lengths))
        run = min(run, 138)
        symbol = 18 if run else lengths[0]
        parts.append((packed[symbol], _PACKED_LENGTHS[symbol]))
        if run:
            parts.append((run - 11, 7))
        del lengths[: run or 1]
    word = bits = 0
    for value, size in parts:
        word |= value << bits
        bits += size
    return word.to_bytes(-(-bits // 8), "little"), bits
