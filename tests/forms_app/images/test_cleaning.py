"""What goes in names people wherever a file can; what comes out shows the picture and names nobody."""

import struct
from contextlib import suppress
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from forms_app.images import jpeg
from forms_app.images.cleaning import Clean, cleaned
from forms_app.images.kinds import DICOM, JPEG, PNG
from tests.forms_app.images import made
from trial.refusals import Refusal

SYNTAXES = (uid.ExplicitVRLittleEndian, uid.ImplicitVRLittleEndian)


def refused(content: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        cleaned(content)
    return caught.value.code


def picture(clean: Clean) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(clean.content)).convert("L"), dtype=int)


@pytest.mark.parametrize(("content", "media_type"), [(made.png(), PNG), (made.jpeg(), JPEG)])
@pytest.mark.requirement("PRIV.31")
def test_a_picture_is_kept_without_its_text(content: bytes, media_type: str) -> None:
    assert made.names_in(content)
    clean = cleaned(content)
    assert clean.media_type == media_type
    assert not made.names_in(clean.content)
    assert np.abs(picture(clean) - np.asarray(made.ramp().convert("L"), dtype=int)).max() <= 3
    again = Image.open(BytesIO(clean.content))
    assert not again.getexif()
    assert set(again.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_each_way_to_colour_a_picture_is_taken(mode: str) -> None:
    colours = Image.fromarray(np.arange(1200, dtype=np.uint16).reshape(30, 40))
    drawn = colours if mode == "I;16" else made.ramp().convert(mode)
    written = BytesIO()
    drawn.save(written, "PNG")
    again = Image.open(BytesIO(cleaned(written.getvalue()).content))
    assert again.size == (40, 30)
    if mode == "I;16":
        assert np.array_equal(np.asarray(again), np.asarray(colours))


def test_the_orientation_is_applied_before_it_is_dropped() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    written = BytesIO()
    made.ramp().save(written, "JPEG", exif=exif)
    assert Image.open(BytesIO(cleaned(written.getvalue()).content)).size == (30, 40)


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.requirement("PRIV.31", "E6.14")
def test_dicom_is_kept_without_anybody_in_it(syntax: str) -> None:
    content = made.dicom(syntax)
    assert set(made.names_in(content)) == set(made.NAMES)
    clean = cleaned(content)
    assert clean.media_type == DICOM
    assert not made.names_in(clean.content)
    kept = made.read(clean.content)
    assert kept.PatientIdentityRemoved == "YES"
    assert (kept.Rows, kept.Columns, list(kept.PixelSpacing)) == (30, 40, [0.5, 0.25])
    assert kept.SequenceOfUltrasoundRegions[0].PhysicalDeltaX == 0.01
    assert np.array_equal(kept.pixel_array, np.asarray(made.ramp().convert("L")))


def test_every_identifier_is_made_anew() -> None:
    first, second = (made.read(cleaned(made.dicom()).content) for _ in range(2))
    for name in ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        assert first[name].value != second[name].value
        assert first[name].value.startswith("2.25.")
    assert "FrameOfReferenceUID" not in first
    assert first.StudyDate == ""
    assert not any(element.tag.is_private for element in first.iterall())


def test_the_preamble_is_emptied() -> None:
    assert cleaned(made.dicom()).content[:128] == b"\0" * 128


def test_a_picture_that_says_it_shows_a_name_is_refused() -> None:
    assert refused(made.dicom(BurnedInAnnotation="YES")) == "image_names"
    assert made.read(cleaned(made.dicom(BurnedInAnnotation="NO")).content).BurnedInAnnotation == "NO"
    assert "BurnedInAnnotation" not in made.read(cleaned(made.dicom()).content)


def test_overlays_in_the_unused_bits_are_dropped() -> None:
    seen = np.arange(1200, dtype="<u2") % 4096
    written = seen | (np.arange(1200, dtype="<u2") % 16) << 12
    content = made.dicom(BitsAllocated=16, BitsStored=12, HighBit=11, PixelData=written.tobytes())
    assert np.array_equal(made.read(cleaned(content).content).pixel_array.ravel(), seen)


def test_a_name_in_the_place_of_a_number_or_a_code_is_not_copied() -> None:
    content = made.dataset()
    content.add_new("WindowCenter", "LO", "12")
    assert made.read(cleaned(made.file(content)).content).WindowCenter == 12
    content.add_new("WindowCenter", "LO", made.NAME)
    assert refused(made.file(content)) == "image_damaged"
    clean = cleaned(made.dicom(Modality="ZEBRAFISH", ImageLaterality="ZBR"))
    assert "Modality" not in made.read(clean.content)


def test_the_frames_of_a_film_lose_their_comments() -> None:
    frame = made.jpeg(made.ramp().convert("L"), quality=90)
    content = made.encapsulated(frame, uid.JPEGBaseline8Bit)
    clean = cleaned(content)
    assert not made.names_in(clean.content)
    assert np.abs(made.read(clean.content).pixel_array.astype(int) - picture(Clean(JPEG, frame))).max() <= 1


@pytest.mark.parametrize("quality", ["baseline", "progressive"])
def test_a_bare_jpeg_draws_the_same(quality: str) -> None:
    frame = made.jpeg(progressive=quality == "progressive")
    bare = jpeg.bare(frame, 40, 30)
    assert not made.names_in(bare)
    assert np.array_equal(np.asarray(Image.open(BytesIO(bare))), np.asarray(Image.open(BytesIO(frame))))


def test_a_film_that_draws_another_size_than_it_says_is_refused() -> None:
    frame = made.jpeg(made.ramp(400, 300).convert("L"))
    assert refused(made.encapsulated(frame, uid.JPEGBaseline8Bit)) == "image_damaged"


def test_run_lengths_are_unpacked() -> None:
    runs = made.dataset()
    runs.PixelData = np.asarray(made.ramp().convert("L")).tobytes()
    runs.file_meta = made.read(made.dicom()).file_meta
    runs.compress(uid.RLELossless)
    kept = made.read(cleaned(made.file(runs, uid.RLELossless)).content)
    assert kept.file_meta.TransferSyntaxUID == uid.ExplicitVRLittleEndian
    assert np.array_equal(kept.pixel_array, np.asarray(made.ramp().convert("L")))


def test_jpeg_2000_is_unpacked() -> None:
    written = BytesIO()
    made.ramp().convert("L").save(written, "JPEG2000", no_jp2=True, irreversible=False)
    kept = made.read(cleaned(made.encapsulated(written.getvalue(), uid.JPEG2000Lossless)).content)
    assert kept.file_meta.TransferSyntaxUID == uid.ExplicitVRLittleEndian
    assert np.array_equal(kept.pixel_array, np.asarray(made.ramp().convert("L")))


def test_a_palette_is_kept_as_long_as_it_says() -> None:
    tables: dict[str, Any] = {
        f"{colour}PaletteColorLookupTable{part}": value
        for colour in ("Red", "Green", "Blue")
        for part, value in (("Descriptor", [256, 0, 8]), ("Data", bytes(range(256)) + made.NAME.encode()))
    }
    clean = cleaned(made.dicom(PhotometricInterpretation="PALETTE COLOR", **tables))
    assert not made.names_in(clean.content)
    assert made.read(clean.content).RedPaletteColorLookupTableData == bytes(range(256))


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    assert refused(made.bomb(7000, 7000)) == "image_too_many_pixels"
    assert refused(made.bomb()) in ("image_too_many_pixels", "image_damaged")
    assert refused(made.dicom(Rows=60000, Columns=60000)) == "image_too_many_pixels"


def test_a_file_deflated_as_a_whole_is_refused_unread() -> None:
    assert (
        refused(made.dicom().replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.1.99")) == "image_coding"
    )


def test_a_film_as_video_is_refused() -> None:
    assert refused(made.encapsulated(b"\0\0\1", uid.MPEG2MPML)) == "image_coding"


def test_a_file_that_is_two_things_is_refused() -> None:
    polyglot = made.jpeg()[:128].ljust(128, b"\0") + b"DICM" + made.dicom()[132:]
    assert refused(polyglot) == "image_unknown"


def test_what_is_no_image_is_refused_whatever_it_carries() -> None:
    for content in (
        b"",
        b"%PDF-1.7",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"PK\3\4",
        b"MZ",
    ):
        assert refused(content) == "image_unknown"


def test_what_hides_behind_a_picture_is_dropped() -> None:
    script = b"<script>alert(1)</script>"
    for content in (made.png() + script, made.jpeg() + script):
        assert script not in cleaned(content).content


@pytest.mark.parametrize("content", [made.png(), made.jpeg(), made.dicom()], ids=["png", "jpeg", "dicom"])
def test_a_picture_that_is_cut_short_is_refused(content: bytes) -> None:
    assert refused(content[: len(content) // 2]) == "image_damaged"


@settings(deadline=None)  # decoding takes as long as it takes on a busy machine
@given(data=st.data(), content=st.sampled_from([made.png(), made.jpeg(), made.dicom()]))
def test_a_changed_byte_is_refused_or_names_nobody(data: st.DataObject, content: bytes) -> None:
    place = data.draw(st.integers(0, len(content) - 1))
    changed = content[:place] + bytes([data.draw(st.integers(0, 255))]) + content[place + 1 :]
    try:
        clean = cleaned(changed)
    except Refusal:
        return
    assert not made.names_in(clean.content)


def test_a_deeply_nested_file_is_refused_or_read() -> None:
    inner = made.dataset()
    for _ in range(60):
        outer = Dataset()
        outer.ReferencedPatientSequence = Sequence([inner])
        inner = outer
    content = made.dataset()
    content.ReferencedStudySequence = Sequence([inner])
    assert not made.names_in(cleaned(made.file(content)).content)


def test_a_class_of_pictures_that_nobody_knows_is_refused() -> None:
    assert refused(made.dicom(SOPClassUID="1.2.3.4.4711")) == "image_damaged"


def test_a_length_that_lies_is_refused() -> None:
    header = struct.pack(">IIBBBBB", 40, 4000, 8, 2, 0, 0, 0)
    content = made.png()
    assert refused(content[:16] + header + content[29:]) == "image_damaged"


@pytest.mark.filterwarnings("ignore::UserWarning")  # what pydicom warns of is not shown to anybody
@pytest.mark.requirement("FAS.quiet")
def test_what_is_wrong_with_a_file_is_not_quoted_in_the_log(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    content = made.dicom().replace(b"US", b"ZB", 1)
    for changed in (content, made.dicom(SpecificCharacterSet="ZBR-4711"), made.dicom()[:700]):
        with suppress(Refusal):
            cleaned(changed)
    assert not made.names_in(caplog.text.encode())
    assert not made.names_in("".join(capsys.readouterr()).encode())
