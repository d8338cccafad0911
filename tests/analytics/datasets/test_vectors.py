import hashlib
import re
import struct
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.datasets import vectors
from analytics.datasets.vectors import Dataset, Vector
from forms_app.services import records
from tests import answers, journey
from tests.analytics import measured
from tests.analytics.exports import files_read
from tests.cast import Cast
from trial.crf.submission import Entry, Submission
from trial.models import Record
from trial.protocol import STUDY

PROJECT = Path(__file__).resolve().parents[3]
PAIN, MOTION, DISABILITY = STUDY.analyses


def values(dataset: Dataset) -> list[tuple[vectors.Value, ...]]:
    return [vector.values for vector in dataset.vectors]


def test_each_participant_has_one_place_for_each_declared_visit(cast: Cast) -> None:
    measured.pain(cast, [(7, 5, None, 2), (8, None, 6, None)])
    assert values(vectors.read(PAIN)) == [(7, 5, None, 2), (8, None, 6, None)]


def test_the_data_set_is_read_in_one_query(cast: Cast) -> None:
    measured.pain(cast, [(7, 5, None, 2), (8, None, 6, None)])
    with CaptureQueriesContext(connection) as queries:
        vectors.read(PAIN)
    assert len(queries) == 1


def test_a_record_counts_whatever_its_state_and_a_missing_value_stays_missing(cast: Cast) -> None:
    participant = measured.baseline_pain(cast, 7)
    journey.save(cast.investigator, participant, "BL", "motion", Submission(Entry({"rom_perf": "Y"})))
    assert Record.objects.get(form="motion").state == "in progress"
    assert values(vectors.read(MOTION)) == [(None, None, None, None)]
    record = Record.objects.get(form="motion")
    journey.save(cast.investigator, participant, "BL", "motion", answers.motion(20, 21, 22), record.version)
    assert values(vectors.read(MOTION)) == [(Decimal("21.0"), None, None, None)]


def test_a_removed_record_is_left_out_and_comes_back_when_it_is_restored(cast: Cast) -> None:
    measured.baseline_pain(cast, 7)
    record = Record.objects.get(form="pain")
    by = cast.investigator
    record = records.remove(by=by, record=record, expected_version=record.version, reason="Wrong person")
    assert values(vectors.read(PAIN)) == []
    records.restore(by=by, record=record, expected_version=record.version, reason="Was right")
    assert values(vectors.read(PAIN)) == [(7, None, None, None)]


def test_a_visit_that_is_not_declared_is_left_out(cast: Cast) -> None:
    participant = journey.with_outcomes(cast)
    assert DISABILITY.visits == ("BL", "W12")
    assert values(vectors.read(DISABILITY)) == [(Decimal("42.0"), None)]
    journey.attend(cast.investigator, participant, "U1")
    journey.save(cast.investigator, participant, "U1", "pain", answers.pain(1))
    assert values(vectors.read(PAIN)) == [(7, 7, None, None)]


def test_it_can_be_narrowed_to_sites(cast: Cast) -> None:
    measured.baseline_pain(cast, 7)
    assert values(vectors.read(PAIN, sites=[cast.north])) == [(7, None, None, None)]
    assert values(vectors.read(PAIN, sites=[cast.south])) == []
    assert values(vectors.read(PAIN, sites=[])) == []


def test_the_hash_is_of_the_values_and_not_of_their_types_or_of_empty_records() -> None:
    one = Dataset(MOTION, (Vector("01-001", (Decimal("20.0"), None, None, None)),))
    same = Dataset(
        MOTION, (Vector("01-001", (20, None, None, None)), Vector("01-002", (None, None, None, None)))
    )
    assert one.content_hash() == same.content_hash()


@pytest.mark.parametrize(
    "other",
    [
        Dataset(MOTION, (Vector("01-001", (Decimal("20.1"), None, None, None)),)),
        Dataset(MOTION, (Vector("01-002", (Decimal("20.0"), None, None, None)),)),
        Dataset(MOTION, (Vector("01-001", (None, Decimal("20.0"), None, None)),)),
        Dataset(MOTION, ()),
    ],
)
def test_another_value_participant_or_visit_gives_another_hash(other: Dataset) -> None:
    one = Dataset(MOTION, (Vector("01-001", (Decimal("20.0"), None, None, None)),))
    assert one.content_hash() != other.content_hash()


@pytest.mark.django_db(transaction=True)
def test_the_program_of_the_docs_computes_the_hash_from_an_export(cast: Cast, tmp_path: Path) -> None:
    measured.pain(cast, [(7, 5, None, 2), (8, None, 6, None)])
    journey.eligible(cast)
    page = (PROJECT / "docs/explanation/incremental-refit.md").read_text()
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "wide.csv").write_text(files_read.text_of(cast.statistician, "wide"), encoding="utf-8")
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == vectors.read(PAIN).content_hash()


def test_the_hash_is_of_these_bytes() -> None:
    dataset = Dataset(PAIN, (Vector("01-001", (7, 5, None, 2)), Vector("01-002", (8, None, None, None))))
    lanes = [0] * 1024
    for line in (b"01-001\t7\t5\t\t2", b"01-002\t8\t\t\t"):
        for lane, value in enumerate(struct.unpack("<1024H", hashlib.shake_128(line).digest(2048))):
            lanes[lane] = (lanes[lane] + value) % 2**16
    head = b"pain\tnrs_avg24\tBL\tW1\tW2\tW12\n"
    expected = hashlib.sha256(head + struct.pack("<1024H", *lanes)).hexdigest()
    assert dataset.content_hash() == expected


def test_it_can_be_narrowed_to_participants(cast: Cast) -> None:
    first, _, third = measured.pain(cast, [(7, 5, None, 2), (8, None, 6, None), (6, None, None, None)])
    narrowed = vectors.read(PAIN, participants=[first.code, third.code])
    assert values(narrowed) == [(7, 5, None, 2), (6, None, None, None)]
    assert values(vectors.read(PAIN, participants=[])) == []
