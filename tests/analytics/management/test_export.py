from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from analytics.exports import verify_export
from analytics.models import Export, ExportDownload
from tests import journey
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


def export(output: Path, *words: str, by: str = "statistician") -> str:
    out = StringIO()
    call_command("export", "--by", by, "--output", str(output), *words, stdout=out)
    return out.getvalue()


def test_it_copies_the_archive_that_the_page_would_give(cast: Cast, tmp_path: Path) -> None:
    journey.with_outcomes(cast)
    output = tmp_path / "signed.zip"
    said = export(output, "--shape", "wide", "--forms", "pain", "--status", "complete", "--byte-order-mark")
    made = Export.objects.get()
    manifest, problems = verify_export.verify(output, expected=made.sha256)
    assert problems == []
    chosen = manifest["choices"]
    assert (chosen["shape"], chosen["forms"], chosen["status"]) == ("wide", ["pain"], "complete")
    assert (chosen["byte_order_mark"], chosen["spreadsheet_safe"]) == (True, False)
    assert said == f"{output}: {made.written} rows, SHA-256 {made.sha256}\n"
    assert ExportDownload.objects.get().by == cast.statistician


@pytest.mark.parametrize(
    ("words", "by", "sentence"),
    [
        (("--shape", "square"), "statistician", "is not possible for “shape”"),
        (("--seal", "99"), "statistician", "There is no seal number 99"),
        ((), "monitor", "Your role does not include this: export data"),
        ((), "nobody", "There is no open account “nobody”."),
    ],
)
def test_what_is_refused_is_said_and_leaves_no_file(
    cast: Cast, tmp_path: Path, words: tuple[str, ...], by: str, sentence: str
) -> None:
    output = tmp_path / "export.zip"
    with pytest.raises(CommandError, match=sentence):
        export(output, *words, by=by)
    assert not output.exists()


def test_a_file_that_is_there_stays(cast: Cast, tmp_path: Path) -> None:
    output = tmp_path / "export.zip"
    output.write_bytes(b"something")
    with pytest.raises(CommandError, match="exists"):
        export(output)
    assert output.read_bytes() == b"something"
    assert not Export.objects.exists()
