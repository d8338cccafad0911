"""A REDCap project by its mapping file: the example of the documentation, and what is refused."""

from pathlib import Path

import pytest

from forms_app.imports import redcap
from forms_app.imports.choices import Choices
from forms_app.imports.gathered import Gathered
from forms_app.models.imports import SAVED
from forms_app.selectors import documents
from forms_app.selectors import imports as selector
from forms_app.selectors.records import find
from forms_app.services import imports as service
from tests.cast import Cast
from tests.forms_app.imports.zips import zipped
from trial.models import Participant, Record, Visit
from trial.refusals import Refusal

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "redcap"


def files(**changed: tuple[str, str]) -> dict[str, bytes]:
    """The example, with a text replaced in one of its files."""
    found = {name: (EXAMPLE / name).read_text() for name in redcap.FILES}
    for stem, (old, new) in changed.items():
        assert old in found[f"{stem}.csv"]
        found[f"{stem}.csv"] = found[f"{stem}.csv"].replace(old, new)
    return {name: text.encode() for name, text in found.items()}


def gathered(**changed: tuple[str, str]) -> Gathered:
    into = Gathered()
    redcap.gather(zipped(files(**changed)), "redcap.zip", into)
    return into


@pytest.mark.django_db
def test_the_example_comes_onto_the_forms(cast: Cast) -> None:
    by = cast.investigator
    found = service.receive(by=by, content=zipped(files()), name="redcap.zip")
    service.decide(by=by, found=found, choices=Choices.of(found.choices))
    assert not service.run(number=found.pk)
    found.refresh_from_db()
    assert (found.problem, list(selector.lines(found))) == ("", [])
    service.save(by=by, found=found, reason="Moved from REDCap")
    assert not service.run(number=found.pk)
    found.refresh_from_db()
    assert found.state == SAVED
    first, second = Participant.objects.order_by("code")
    visit = Visit.objects.get(participant=first)
    assert (visit.code, str(visit.visit_date), visit.contact_mode) == ("SCR", "2026-02-02", "IN PERSON")
    surgery = documents.read(stored(first, "surgery")).plain()
    assert surgery["items"]["surgyn"] == "Y"
    rows = surgery["groups"]["operation"]
    assert (rows["1"]["items"]["prtrt_s"], rows["1"]["items"]["levels"]) == ("DISCECTOMY", ["L4-5"])
    assert (rows["2"]["items"]["surgdat"], rows["2"]["items"]["nlev"]) == ("2025-06-01", 2)
    assert documents.read(stored(first, "demographics")).plain()["items"]["weight"] == 62.5
    drugs = [documents.read(stored(first, "medication", each)).plain()["items"]["cmtrt"] for each in (1, 2)]
    assert drugs == ["Paracetamol", "Ibuprofen"]
    assert documents.read(stored(second, "consent")).plain()["items"]["iccopy"] == "Y"


def stored(participant: Participant, form: str, repeat: int = 1) -> Record:
    found = find(participant, form, None if form == "medication" else "SCR", repeat)
    assert found
    return found


def test_codes_and_reasons_of_no_value_follow_the_mapping() -> None:
    row = "," * 16 + ",0,0,0,5,-99" + "," * 5
    said = gathered(data=("P-9,screening_arm_1", f"P-7,baseline_arm_1{row}\nP-9,screening_arm_1"))
    pain = said.contents["01-001"].records["BL/pain/1"]
    assert (pain.values, pain.missing) == ({"nrs_avg24": "5"}, {"nrs_now": "UNK"})
    assert not said.problems


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("mapping", "field,initials,,\n", "", "nothing of these fields: initials"),
        ("mapping", "code,sex,2,M\n", "", "nothing of these codes: sex = 2"),
        ("mapping", "consent.icver", "consent.version", "no item “consent.version”"),
        ("mapping", "event,baseline_arm_1,,BL", "event,baseline_arm_1,,B1", "no visit “B1”"),
        ("mapping", "what,", "kind,", "columns of “mapping.csv” must be"),
        ("mapping", "participant,P-7", "patient,P-7", "“patient” is none of"),
        ("data", ",initials,", ",nickname,", "nothing of these columns: nickname"),
        ("dictionary", "Field Type", "Type", "lacks the columns: Field Type"),
    ],
)
def test_a_project_that_is_not_mapped_whole_is_refused(file: str, old: str, new: str, said: str) -> None:
    with pytest.raises(Refusal, match=said) as refused:
        gathered(**{file: (old, new)})
    assert refused.value.code == "import_redcap"


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("participant,P-9,,01-002\n", "", "record_id"),
        ("event,screening_arm_1,,SCR\n", "", "redcap_event_name"),
    ],
)
def test_a_row_that_nothing_is_said_of_is_told_with_its_place(old: str, new: str, column: str) -> None:
    problem = gathered(mapping=(old, new)).problems[-1]
    assert (problem.place.file, problem.place.row, problem.place.column) == ("data.csv", 7, column)
