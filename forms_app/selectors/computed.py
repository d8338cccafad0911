"""What is computed when a form is read, and never stored: it needs another form, or the day of consent."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from forms_app.evidence import facts
from forms_app.evidence.facts import Facts
from forms_app.selectors import documents
from trial.models import InjectionDrug
from trial.protocol.marker import N_
from trial.protocol.partial_date import PartialDate
from trial.protocol.scoring import body, dose
from trial.protocol.scoring.interval import whole_months
from trial.words import Sentence, sentence

Plain = Mapping[str, Any]


@dataclass(frozen=True)
class Computed:
    """One computed value; `name` is how clients know it."""

    name: str
    label: Sentence
    value: Decimal | int
    unit: str

    def plain(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "label": str(self.label),
            "value": documents.plain(self.value),
            "unit": _(self.unit),
        }


def of(participant: int, document: Plain) -> list[Computed]:
    """The computed values of a stored form, given as its document; one statement, or none."""
    compute = FORMS.get(document["form"])
    return list(compute(document, facts.gather(participant))) if compute else []


def _demographics(document: Plain, known: Facts) -> Iterator[Computed]:
    year = document["items"]["brthyy"]
    if year is not None and known.consent_date is not None:
        age = body.age(birth_year=year, on=known.consent_date)
        yield Computed("age", sentence(N_("Age at consent, at most")), age, N_("years"))


def _surgery(document: Plain, known: Facts) -> Iterator[Computed]:
    for key, row in document["groups"]["operation"].items():
        text = row["items"]["surgdat"]
        day = PartialDate.parse(text) if text else None
        # A year alone says nothing of months.
        if day is not None and day.month is not None and known.consent_date is not None:
            label = sentence(N_("From operation {number} to the consent"), number=key)
            months = whole_months(day.last, known.consent_date)
            yield Computed(f"operation.{key}.months", label, months, N_("months"))


def _injection(document: Plain, known: Facts) -> Iterator[Computed]:
    weight = known.person.get("weight")
    if not weight:
        return
    for drug, milligrams in dose.totals(given(document)).items():
        label = sentence(N_("{drug}, for each kilogram"), drug=sentence(drug.capitalize()))
        per_kilogram = dose.per_kilogram(milligrams, weight)
        yield Computed(f"per_kg.{drug.replace(' ', '_')}", label, per_kilogram, "mg/kg")


def given(document: Plain) -> list[dose.Given]:
    """The drugs of the document of an injection."""
    strict = {item.name: item for item in InjectionDrug.items()}
    rows = [row["items"] for row in document["groups"]["drug"].values()]
    return [
        dose.Given(row["ectrt"], strict["ecdose"].parse(row["ecdose"]), strict["ecvol"].parse(row["ecvol"]))
        for row in rows
    ]


FORMS: Mapping[str, Callable[[Plain, Facts], Iterator[Computed]]] = {
    "demographics": _demographics,
    "surgery": _surgery,
    "injection": _injection,
}
