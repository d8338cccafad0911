"""The stand-alone verifier of exports: every kind of tampering is named, and an honest export holds."""

import json
import random
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from analytics.exports import manifest, proved, verify_export
from analytics.exports.archive import ZipArchive
from analytics.exports.manifest import MANIFEST, SIGNATURE
from analytics.exports.source import Occasion
from analytics.exports.verify_export import Unreadable, verify
from trial.audit import seal_keys
from trial.audit.positions import Position

KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
ROWS = 200
LINES = [b"participant,value\n", *(f'01-{n:03},"a ""{n}""\nb"\n'.encode() for n in range(ROWS))]
OCCASION = Occasion(
    datetime(2026, 3, 1, tzinfo=UTC), Position(1, "7:9:"), 3, "ab", ("01",), "Ann", "Fascicle"
)


def archive(key: Ed25519PrivateKey = KEY, lines: list[bytes] = LINES) -> bytes:
    """An honest export with a table, a text and nothing else."""
    stream = BytesIO()
    with ZipArchive(stream, lambda _: None) as written:
        with written.file("long.csv", rows=ROWS) as file:
            for line in lines:
                file.write(line)
        with written.file("README.txt") as file:
            file.write(b"What this is.\n")
        stated = manifest.stated(OCCASION, {"separator": ","}, (), written.entries, key)
        written.close(manifest.signed(stated, key))
    return stream.getvalue()


def files(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as found:
        return {each.filename: found.read(each) for each in found.infolist()}


def zipped(found: dict[str, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, content in found.items():
            made.writestr(name, content)
    return stream.getvalue()


def problems(tmp_path: Path, content: bytes, **given: object) -> list[str]:
    """What is wrong with an archive; what cannot be read is one sentence."""
    path = tmp_path / "export.zip"
    path.write_bytes(content)
    try:
        return verify(path, **given)[1]  # type: ignore[arg-type]
    except Unreadable as error:
        return [str(error)]


def changed(content: bytes, **texts: bytes | None) -> bytes:
    """The archive with other files: by name with a point for `__`; None takes one away."""
    found = files(content)
    for name, text in texts.items():
        named = name.replace("__", ".")
        if text is None:
            del found[named]
        else:
            found[named] = text
    return zipped(found)


@pytest.mark.requirement("FAS.provenance")
def test_an_honest_export_holds_as_archive_and_unpacked(tmp_path: Path) -> None:
    content = archive()
    assert problems(tmp_path, content) == []
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(BytesIO(content)) as found:
        found.extractall(folder)
    assert verify(folder)[1] == []
    (folder / "more.csv").write_bytes(b"x\n")
    assert verify(folder)[1] == ["more.csv: added. The manifest does not list it."]


def test_the_same_content_gives_the_same_archive() -> None:
    assert archive() == archive()


@pytest.mark.requirement("FAS.provenance")
def test_a_changed_cell_is_named(tmp_path: Path) -> None:
    text = files(archive())["long.csv"].replace(b"01-007", b"01-008")
    (said,) = problems(tmp_path, changed(archive(), long__csv=text))
    assert said == "long.csv: changed. Its SHA-256 is not what was exported."


@pytest.mark.requirement("FAS.provenance")
def test_rows_in_another_order_are_named(tmp_path: Path) -> None:
    lines = [LINES[0], *reversed(LINES[1:])]
    assert problems(tmp_path, changed(archive(), long__csv=b"".join(lines))) != []


def test_a_row_left_out_is_named(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, changed(archive(), long__csv=b"".join(LINES[:-1])))
    assert said.startswith("long.csv: changed. It has ")


def test_a_file_taken_away_added_or_doubled_is_named(tmp_path: Path) -> None:
    assert problems(tmp_path, changed(archive(), README__txt=None)) == ["README.txt: missing."]
    extra = files(archive())
    extra = {"more.txt": b"", **extra}
    assert problems(tmp_path, zipped(extra)) == ["more.txt: added. The manifest does not list it."]
    stream = BytesIO(archive())
    with zipfile.ZipFile(stream, "a") as made, pytest.warns(UserWarning, match="Duplicate"):
        made.writestr("long.csv", b"participant,value\n")
    assert "long.csv: stands in the archive more than once." in problems(tmp_path, stream.getvalue())


def test_files_in_another_order_are_named(tmp_path: Path) -> None:
    found = dict(reversed(files(archive()).items()))
    (said,) = problems(tmp_path, zipped(found))
    assert said == "The files stand in another order than they were written in."


def test_a_manifest_that_was_edited_is_named(tmp_path: Path) -> None:
    stated = json.loads(files(archive())[MANIFEST])
    stated["by"] = "Somebody else"
    edited = json.dumps(stated).encode()
    assert problems(tmp_path, changed(archive(), **{"manifest__json": edited})) == [
        "manifest.json: changed. It is not what was signed."
    ]


def test_a_manifest_signed_anew_by_another_key_needs_the_trusted_key_to_show(tmp_path: Path) -> None:
    trusted = tmp_path / "keys"
    trusted.write_text(seal_keys.encoded(KEY.public_key()) + "\n", encoding="ascii")
    assert problems(tmp_path, archive(), trusted=trusted) == []
    (said,) = problems(tmp_path, archive(OTHER), trusted=trusted)
    assert said.endswith("is none of those that you trust.")


def test_fewer_rows_than_the_manifest_says_are_named_even_if_it_was_signed_so(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, archive(lines=LINES[:-1]))
    assert said == f"long.csv: has {ROWS - 1} rows, not {ROWS} as the manifest says."


def test_two_exports_mixed_are_named(tmp_path: Path) -> None:
    others = files(archive(lines=[LINES[0], *(line.replace(b"a", b"c") for line in LINES[1:])]))
    mixed = changed(archive(), long__csv=others["long.csv"])
    assert problems(tmp_path, mixed) == ["long.csv: changed. Its SHA-256 is not what was exported."]
    signature = {SIGNATURE.replace(".", "__"): others[SIGNATURE]}
    assert problems(tmp_path, changed(archive(), **signature)) == [
        "manifest.json: changed. It is not what was signed."
    ]


@pytest.mark.requirement("FAS.provenance")
def test_cut_off_anywhere_it_never_looks_complete(tmp_path: Path) -> None:
    content = archive()
    for length in range(0, len(content), 7):
        assert problems(tmp_path, content[:length]) != [], length


@pytest.mark.requirement("FAS.provenance")
def test_a_byte_changed_anywhere_is_named_or_changes_nothing(tmp_path: Path) -> None:
    content, source = archive(), random.Random(26)
    honest = files(content)
    for _ in range(500):
        place, other = source.randrange(len(content)), source.randrange(1, 256)
        flipped = bytearray(content)
        flipped[place] ^= other
        if not problems(tmp_path, bytes(flipped)):
            # A date or a flag of the container, which says nothing of the data.
            assert files(bytes(flipped)) == honest, place


def test_the_hash_of_the_whole_archive_is_compared(tmp_path: Path) -> None:
    (said,) = problems(tmp_path, archive(), expected="00")
    assert said.startswith("The archive is not the one that was named")


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    program = Path(verify_export.__file__)
    # Isolated: nothing of Fascicle is on its path.
    return subprocess.run([sys.executable, "-I", str(program), *words], capture_output=True, text=True)


@pytest.mark.requirement("FAS.provenance")
def test_the_program_stands_alone_and_ends_with_a_status(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(archive())
    done = run(str(path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "exported by Ann" in done.stdout
    assert "compare its name" in done.stdout
    path.write_bytes(changed(archive(), README__txt=b"Something else.\n"))
    assert run(str(path)).returncode == 1
    path.write_bytes(b"no zip")
    done = run(str(path))
    assert (done.returncode, done.stdout[:19]) == (2, "Cannot be verified:")


@pytest.mark.parametrize("cut", [1, 200])
def test_what_comes_back_cut_off_is_told_in_a_part_of_a_sentence(cut: int) -> None:
    assert proved.problem(archive()) == ""
    told = proved.problem(archive()[:-cut])
    assert told.startswith("The archive ")
    assert not told.endswith(".")


def test_files_without_rows_are_reported_without_a_number_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    found: dict[str, object] = {"study": "TLFI", "by": "Ann", "made_at": "today", "key_id": "ab"}
    for rows, said in ((None, "1 files, exported"), (0, "1 files with 0 rows, exported")):
        verify_export.report({**found, "files": [{"rows": rows}], "rows": rows or 0}, [], trusts=True)
        assert said in capsys.readouterr().out
