"""Reading a PNG without a library: enough for the pictures that the renderer writes."""

import struct
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHANNELS = 4


def pixels(picture: bytes) -> NDArray[np.uint8]:
    """(height, width, 4) red, green, blue and opacity; only 8-bit RGBA without interlace."""
    assert picture.startswith(SIGNATURE)
    chunks = dict.fromkeys((b"IHDR", b"IDAT"), b"")
    for kind, content in _chunks(picture):
        chunks[kind] = chunks.get(kind, b"") + content
    width, height, *form = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert form == [8, 6, 0, 0, 0]
    stride = width * CHANNELS
    raw = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, stride + 1)
    rows = np.zeros((height + 1, stride), np.uint8)
    for place, (kind, *_) in enumerate(raw):
        rows[place + 1] = _unfiltered(int(kind), raw[place, 1:], rows[place])
    return rows[1:].reshape(height, width, CHANNELS)


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(SIGNATURE)
    while place < len(picture):
        (length,) = struct.unpack_from(">I", picture, place)
        yield picture[place + 4 : place + 8], picture[place + 8 : place + 8 + length]
        place += length + 12


def _unfiltered(kind: int, line: NDArray[np.uint8], above: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if kind == 0:
        return line
    if kind == 2:
        return line + above
    done = bytearray(len(line))
    for place, value in enumerate(line.tolist()):
        left = done[place - CHANNELS] if place >= CHANNELS else 0
        corner = int(above[place - CHANNELS]) if place >= CHANNELS else 0
        done[place] = (value + _predicted(kind, left, int(above[place]), corner)) % 256
    return np.frombuffer(bytes(done), np.uint8)


def _predicted(kind: int, left: int, above: int, corner: int) -> int:
    """The value that the filters Sub, Average and Paeth of the PNG specification expect."""
    if kind == 1:
        return left
    if kind == 3:
        return (left + above) // 2
    guess = left + above - corner
    return min((left, above, corner), key=lambda each: abs(guess - each))
