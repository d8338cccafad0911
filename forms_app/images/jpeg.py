"""A JPEG stream without the segments that may hold words: comments, EXIF, XMP, names of devices.

For the frames of a DICOM file, whose lossless and near-lossless JPEG we cannot decode: so what is kept is
named, and all else goes.
"""

import re

from trial.refusals import Refusal

START, END = b"\xff\xd8", b"\xff\xd9"
SCAN = 0xDA
JPEG_LS = 0xF7
# Frame headers but for the tables that stand among their numbers.
FRAMES = frozenset({*range(0xC0, 0xD0), JPEG_LS} - {0xC4, 0xC8, 0xCC})
# Huffman, arithmetic and quantisation tables, lines, restarts, and the parameters of JPEG-LS.
TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDC, 0xDD, 0xF8})
# Says how the colours are coded: five letters and seven bytes of numbers.
ADOBE = 0xEE
ADOBE_LENGTH = 16

# Inside the coded data a marker is escaped, in JPEG-LS by a bit; restarts belong to the data.
NEXT = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
NEXT_LS = re.compile(rb"\xff[\x80-\xcf\xd8-\xfe]")


def bare(stream: bytes, width: int, height: int) -> bytes:
    """The stream from its start to its end, with what decoding needs and nothing else.

    Refused: a stream that is cut short, or that draws another size than the file says.
    """
    if not stream.startswith(START):
        raise Refusal("image_damaged")
    kept, place, following = [START], len(START), NEXT
    while stream[place : place + 2] != END:
        code, end = _segment(stream, place)
        if code in FRAMES:
            _check_size(stream[place:end], width, height)
            following = NEXT_LS if code == JPEG_LS else NEXT
        if code == SCAN:
            end = _end_of_scan(following, stream, end)
        if code == SCAN or code in FRAMES or code in TABLES or _is_adobe(stream[place:end]):
            kept.append(stream[place:end])
        place = end
    return b"".join([*kept, END])


def _segment(stream: bytes, place: int) -> tuple[int, int]:
    """The code of the segment at a place, and where it ends."""
    if stream[place : place + 1] != b"\xff" or place + 4 > len(stream):
        raise Refusal("image_damaged")
    length = int.from_bytes(stream[place + 2 : place + 4], "big")
    end = place + 2 + length
    if length < 2 or end > len(stream):
        raise Refusal("image_damaged")
    return stream[place + 1], end


def _end_of_scan(following: re.Pattern[bytes], stream: bytes, place: int) -> int:
    found = following.search(stream, place)
    if found is None:
        raise Refusal("image_damaged")
    return found.start()


def _check_size(header: bytes, width: int, height: int) -> None:
    drawn = int.from_bytes(header[7:9], "big"), int.from_bytes(header[5:7], "big")
    if drawn != (width, height):
        raise Refusal("image_damaged")


def _is_adobe(segment: bytes) -> bool:
    return segment[1] == ADOBE and len(segment) == ADOBE_LENGTH and segment[4:9] == b"Adobe"
