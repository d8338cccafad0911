from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from trial.crf.answers import Row
from trial.models import (
    Consent,
    ConservativeTreatment,
    Demographics,
    MedialBranchBlock,
    Mri,
    Operation,
    Participant,
    PriorTreatment,
    Surgery,
)

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Facts:
    """What is recorded at screening, as far as a criterion or a computed value needs it.

    A form that is not there yet is without answers.
    """

    consent: Answers
    person: Answers
    surgery: Answers
    operations: tuple[Answers, ...]
    prior: Answers
    treatments: tuple[Answers, ...]
    blocks: tuple[Answers, ...]
    mri: Answers

    @property
    def consent_date(self) -> date | None:
        return self.consent.get("dsstdat_ic")

    @property
    def index_operation(self) -> Answers:
        """The operation after which the pain is treated; empty while none is marked as that."""
        return next((row for row in self.operations if row["index"] == "Y"), {})


FORMS: dict[str, tuple[type[Row], tuple[str, ...]]] = {
    "consent": (Consent, ("dsstdat_ic",)),
    "person": (Demographics, ("brthyy", "sex", "weight", "paindur", "diab", "anticoag")),
    "surgery": (Surgery, ("surgyn",)),
    "prior": (PriorTreatment, ("ptyn", "mbbyn")),
    "mri": (Mri, ("mridat", "hern", "sten")),
}
GROUPS: dict[str, tuple[type[Row], tuple[str, ...]]] = {
    "operations": (Operation, ("surgdat", "index")),
    "treatments": (ConservativeTreatment, ("ptresp",)),
    "blocks": (
        MedialBranchBlock,
        ("mbbdat", "mbbguide", "mbblat", "mbblevel", "mbbster", "mbbrelief"),
    ),
}


def gather(participant: int) -> Facts:
    """Read the facts of a participant, given by its key, in one statement: opening a form shall cost few."""
    columns: dict[str, Any] = {name: Subquery(_rows(*what)[:1]) for name, what in FORMS.items()}
    columns |= {name: ArraySubquery(_rows(*what, removed=False)) for name, what in GROUPS.items()}
    found: dict[str, Any] = dict(Participant.objects.filter(pk=participant).values(**columns).get())
    forms: dict[str, Any] = {name: _typed(row, found[name] or {}) for name, (row, _items) in FORMS.items()}
    groups = {
        name: tuple(_typed(row, each) for each in found[name]) for name, (row, _items) in GROUPS.items()
    }
    return Facts(**forms | groups)


def _rows(row: type[Row], items: tuple[str, ...], **more: Any) -> Any:
    in_use: dict[str, Any] = {"record__participant": OuterRef("pk"), "record__removed": False, **more}
    rows = row._default_manager.filter(**in_use).order_by("pk")
    return rows.values(answers=JSONObject(**{name: name for name in items}))


def _typed(row: type[Row], plain: Answers) -> Answers:
    """The answers in the types of their items: JSON has neither dates nor decimals."""
    items = {item.name: item for item in row.items()}
    return {name: items[name].parse(value) for name, value in plain.items()}
