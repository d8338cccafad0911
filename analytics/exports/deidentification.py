"""What becomes of each class of field where nobody may be named: in SQL for tables, in Python for casebooks.

Codes of participants and sites become pseudonyms, free text and what names somebody is left out, years of
birth that make somebody older than 89 are pooled. Dates are shifted back by 1 to 365 days, as many for
everything of a participant and in every export; or they become study days: day 1 is the day of the
injection, the day before it day -1, and there is no day 0. Who has had no injection counts from the consent.
Of a moment the day alone is left. Times of day stay.
"""

import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from psycopg2.sql import SQL, Composable, Identifier, Literal

from analytics.exports.casebooks import Casebook, Filled, FilledForm
from analytics.exports.dataset import Column, Kind
from analytics.exports.fields import DROPPED, Field
from analytics.exports.options import Privacy
from trial.crf.items import Item
from trial.crf.privacy import PLAIN, Sensitivity
from trial.models import Consent, Injection, Participant, Site, Visit
from trial.protocol import STUDY
from trial.protocol.partial_date import PartialDate
from trial.refusals import Refusal

OLDEST = 90
LONGEST_SHIFT = 365
# Of 32 signs each; so many participants of one study hardly ever share a pseudonym.
PSEUDONYM_LENGTH = 12
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# The first day of a site that is not to be known.
UNTOLD = date.min
FULL_DATE = 10

LEFT_OUT = "left out"
PSEUDONYM = "replaced by a pseudonym"
SHIFTED = "shifted by a secret number of days"
SHIFTED_DAY = "shifted by a secret number of days, without the time"
STUDY_DAY = "as day since the injection"
STUDY_DAY_OF_DATE = "as day since the injection; left out where the day is not known"
POOLED = "ages over 89 pooled"

TOLD: Mapping[Privacy, Mapping[Sensitivity, str]] = {
    Privacy.SHIFTED_DATES: {
        Sensitivity.DATE: SHIFTED,
        Sensitivity.PARTIAL_DATE: SHIFTED,
        Sensitivity.MOMENT: SHIFTED_DAY,
    },
    Privacy.STUDY_DAYS: {
        Sensitivity.DATE: STUDY_DAY,
        Sensitivity.PARTIAL_DATE: STUDY_DAY_OF_DATE,
        Sensitivity.MOMENT: STUDY_DAY,
    },
}
ALWAYS_TOLD: Mapping[Sensitivity | None, str] = {
    **dict.fromkeys(DROPPED, LEFT_OUT),
    Sensitivity.PARTICIPANT: PSEUDONYM,
    Sensitivity.SITE: PSEUDONYM,
    Sensitivity.BIRTH_YEAR: POOLED,
}

# The classes of the columns that a casebook has beside its answers.
PARTICIPANT_FIELDS: Mapping[str, Sensitivity] = {
    "id": Sensitivity.PLAIN,
    "site": Sensitivity.SITE,
    "number": Sensitivity.IDENTIFIER,
    "code": Sensitivity.PARTICIPANT,
    "state": Sensitivity.PLAIN,
    "withdrawn_from": Sensitivity.PLAIN,
    "state_reason": Sensitivity.FREE_TEXT,
}
SITE_FIELDS: Mapping[str, Sensitivity] = {
    "id": Sensitivity.PLAIN,
    "code": Sensitivity.SITE,
    "name": Sensitivity.IDENTIFIER,
    "time_zone": Sensitivity.IDENTIFIER,
    "activated_on": Sensitivity.IDENTIFIER,
    "last_number": Sensitivity.IDENTIFIER,
}
VISIT_FIELDS: Mapping[str, Sensitivity] = {
    "id": Sensitivity.PLAIN,
    "participant": Sensitivity.PLAIN,
    "code": Sensitivity.PLAIN,
    "occurred": Sensitivity.PLAIN,
    "visit_date": Sensitivity.DATE,
    "contact_mode": Sensitivity.PLAIN,
    "reason_not_done": Sensitivity.FREE_TEXT,
    "reason_unscheduled": Sensitivity.FREE_TEXT,
    "version": Sensitivity.PLAIN,
}
RECORD_FIELDS: Mapping[str, Sensitivity] = dict.fromkeys(
    ("id", "participant", "visit", "form", "repeat", "state", "version", "protocol_version", "removed"),
    Sensitivity.PLAIN,
)

JOIN = """
join unnest({keys}::bigint[], {codes}::text[], {sites}::text[], {shifts}::int[], {anchors}::date[])
    as d (participant, veil_code, veil_site, veil_shift, veil_anchor) on d.participant = p.id
"""
COLUMNS = SQL("d.veil_code, d.veil_site, d.veil_shift, d.veil_anchor")


@dataclass(frozen=True)
class Alteration:
    """What became of a field: `column` is an item, or a column that belongs to none; empty: every one."""

    form: str
    group: str
    column: str
    what: str


@dataclass(frozen=True)
class Disguise:
    """What stands for a participant. `anchor` is the day from which days are counted, if there is one."""

    code: str
    site: str
    shift: int
    anchor: date | None


@dataclass(frozen=True)
class Veil:
    """How everything of some participants is disguised; `of` holds the disguises by key."""

    privacy: Privacy
    of: Mapping[int, Disguise]

    def join(self) -> Composable:
        """The disguise `d` of the participant `p`."""
        keys, worn = list(self.of), list(self.of.values())
        return SQL(JOIN).format(
            keys=Literal(keys),
            codes=Literal([each.code for each in worn]),
            sites=Literal([each.site for each in worn]),
            shifts=Literal([each.shift for each in worn]),
            anchors=Literal([each.anchor for each in worn]),
        )

    def drawn_over(self, field: Field, alias: str = "d") -> Field | None:
        """The field as it may be shown, None where it may not; `alias` is where the disguise is found."""
        if field.privacy in DROPPED or field.privacy is None:
            return None
        if field.privacy in UNALTERED:
            return field
        if field.privacy in CODED:
            return field.at(Identifier(alias, CODED[field.privacy]))
        if field.privacy is Sensitivity.BIRTH_YEAR:
            anchor = Identifier(alias, "veil_anchor")
            return field.at(_pooled_sql(field.stored, anchor, self._first_day(alias)))
        return self._dated(field, alias)

    def told(self, field: Field) -> Alteration | None:
        """What becomes of the field, None where it stays as it is."""
        what = self._told(field.privacy)
        column = field.column
        if what is None:
            return None
        return Alteration(column.form, column.group, column.item or column.name, what)

    def told_of_casebooks(self, items: Iterable[tuple[str, str, Item]]) -> Iterator[Alteration]:
        """What becomes of the columns of casebooks, and of these items of forms and groups."""
        for name, privacy in (*PARTICIPANT_FIELDS.items(), *VISIT_FIELDS.items()):
            if what := self._told(privacy):
                yield Alteration("", "", name, what)
        for form, group, item in items:
            if what := self._told(item.privacy):
                yield Alteration(form, group, item.name, what)

    def casebook(self, casebook: Casebook) -> Casebook:
        """The casebook in its disguise, without what people wrote to each other and signed."""
        worn = self.of[casebook.participant.pk]
        participant = _participant(casebook.participant, worn)
        visits = {visit.pk: self._visit(visit, participant, worn) for visit in casebook.visits}
        forms = tuple(self._form(filled, participant, visits, worn) for filled in casebook.forms)
        return Casebook(participant, tuple(visits.values()), forms)

    def _told(self, privacy: Sensitivity | None) -> str | None:
        if privacy in ALWAYS_TOLD:
            return ALWAYS_TOLD[privacy]
        return TOLD[self.privacy].get(privacy) if privacy else None

    def _first_day(self, alias: str) -> Composable:
        """The day from which the participant's days are counted, as it is shown."""
        if self.privacy is Privacy.STUDY_DAYS:
            return Identifier(alias, "veil_anchor")
        return SQL("({} - {})").format(Identifier(alias, "veil_anchor"), Identifier(alias, "veil_shift"))

    def _dated(self, field: Field, alias: str) -> Field:
        if self.privacy is Privacy.STUDY_DAYS:
            stored = DAY_OF[field.privacy](field.stored)
            return Field(_days(field.column), _study_day_sql(stored, Identifier(alias, "veil_anchor")), PLAIN)
        shift = Identifier(alias, "veil_shift")
        if field.privacy is Sensitivity.PARTIAL_DATE:
            return field.at(_shifted_partial_sql(field.stored, shift))
        shifted = SQL("({} - {})").format(DAY_OF[field.privacy](field.stored), shift)
        return replace(field, column=replace(field.column, kind=Kind.DATE), stored=shifted)

    def _visit(self, visit: Visit, participant: Participant, worn: Disguise) -> Visit:
        shown = copy(visit)
        shown.participant = participant
        shown.visit_date = visit.visit_date and shifted(visit.visit_date, worn)
        shown.reason_not_done = shown.reason_unscheduled = ""
        return shown

    def _form(
        self, filled: FilledForm, participant: Participant, visits: Mapping[int, Visit], worn: Disguise
    ) -> FilledForm:
        visit = visits[filled.visit.pk] if filled.visit else None
        record = copy(filled.record)
        record.participant, record.visit = participant, visit
        groups = {code: tuple(_row(row, worn) for row in rows) for code, rows in filled.groups.items()}
        return FilledForm(record, visit, filled.form, _row(filled.answers, worn), groups)


UNALTERED = (Sensitivity.PLAIN, Sensitivity.TIME)
CODED = {Sensitivity.PARTICIPANT: "veil_code", Sensitivity.SITE: "veil_site"}

# A stored value as a day; what is no whole day is none.
DAY_OF: Mapping[Sensitivity | None, Callable[[Composable], Composable]] = {
    Sensitivity.DATE: lambda stored: stored,
    Sensitivity.MOMENT: lambda stored: SQL("({} at time zone 'UTC')::date").format(stored),
    Sensitivity.PARTIAL_DATE: lambda stored: SQL("(case when length({0}) = {1} then {0} end)::date").format(
        stored, Literal(FULL_DATE)
    ),
}


def disguises(privacy: Privacy, participants: Iterable[Participant]) -> Veil:
    """The veil over these participants; three statements. Refused without the secret."""
    chosen = list(participants)
    anchors = _anchors(chosen)
    return Veil(privacy, {each.pk: disguise(each, anchors.get(each.pk)) for each in chosen})


def disguise(participant: Participant, anchor: date | None) -> Disguise:
    """The same for a participant in every export, as long as the secret is the same."""
    days = int.from_bytes(_digest("shift", participant.code)[:8], "big") % LONGEST_SHIFT + 1
    return Disguise(
        code=pseudonym("participant", participant.code),
        site=pseudonym("site", participant.site.code),
        shift=days,
        anchor=anchor,
    )


def pseudonym(purpose: str, code: str) -> str:
    """What stands for a code; without the secret nobody finds the one from the other."""
    number = int.from_bytes(_digest(purpose, code), "big")
    return "".join(SIGNS[number >> 5 * place & 31] for place in range(PSEUDONYM_LENGTH))


def study_day(day: date, worn: Disguise) -> int | None:
    """The day since the injection: 1 on its day, -1 on the day before."""
    if worn.anchor is None:
        return None
    days = (day - worn.anchor).days
    return days + 1 if days >= 0 else days


def shifted(day: date, worn: Disguise) -> date:
    """The day so many days earlier."""
    return day - timedelta(days=worn.shift)


def shifted_partial(text: str, worn: Disguise) -> str:
    """Of a partial date the first day it can be is shifted; what was not known is left out again."""
    return shifted(PartialDate.parse(text).first, worn).isoformat()[: len(text)]


def pooled(year: int, worn: Disguise) -> int | None:
    """The year of birth, or of who is older than 89 that of a ninety-year-old on the day that is shown; None
    when no day says how old somebody is."""
    if worn.anchor is None:
        return None
    return year if worn.anchor.year - year < OLDEST else shifted(worn.anchor, worn).year - OLDEST


# How an answer of a class is altered where dates stay dates.
ALTERED: Mapping[Sensitivity | None, Callable[[Any, Disguise], Any]] = {
    Sensitivity.DATE: shifted,
    Sensitivity.PARTIAL_DATE: shifted_partial,
    Sensitivity.BIRTH_YEAR: pooled,
}


def _row(filled: Filled, worn: Disguise) -> Filled:
    kept = [item for item in filled.row.items() if item.name in filled.values and item.privacy not in DROPPED]
    values = {item.name: _altered(item, filled.values[item.name], worn) for item in kept}
    missing = {name: code for name, code in filled.missing.items() if name in values}
    return Filled(filled.row, values, missing, filled.key)


def _altered(item: Item, value: Any, worn: Disguise) -> Any:
    alter = ALTERED.get(item.privacy)
    return alter(value, worn) if alter and value is not None else value


def _participant(participant: Participant, worn: Disguise) -> Participant:
    shown = copy(participant)
    shown.code, shown.number, shown.state_reason = worn.code, 0, ""
    site = participant.site
    shown.site = Site(pk=site.pk, code=worn.site, name=worn.site, activated_on=UNTOLD)
    return shown


def _anchors(participants: list[Participant]) -> dict[int, date]:
    """The day of the injection, or of the consent, by the key of the participant."""
    in_use = {"record__removed": False, "record__participant__in": participants}
    consents = Consent.objects.filter(**in_use, dsstdat_ic__isnull=False)
    injections = Injection.objects.filter(**in_use, injdat__isnull=False)
    return dict(consents.values_list("record__participant", "dsstdat_ic")) | dict(
        injections.values_list("record__participant", "injdat")
    )


def _digest(purpose: str, code: str) -> bytes:
    secret: str = settings.DEIDENTIFICATION_SECRET
    if not secret:
        raise Refusal("export_secret")
    return hmac.digest(secret.encode(), f"{STUDY.code}\t{purpose}\t{code}".encode(), "sha256")


def _days(column: Column) -> Column:
    return replace(column, kind=Kind.WHOLE, label=f"{column.label} (study day)")


def _study_day_sql(day: Composable, anchor: Composable) -> Composable:
    return SQL("({0} - {1} + case when {0} >= {1} then 1 else 0 end)").format(day, anchor)


def _shifted_partial_sql(text: Composable, shift: Composable) -> Composable:
    return SQL("left((({0} || substr('-01-01', length({0}) - 3))::date - {1})::text, length({0}))").format(
        text, shift
    )


def _pooled_sql(year: Composable, anchor: Composable, shown: Composable) -> Composable:
    return SQL(
        "case when extract(year from {1})::int - {0} < {3} then {0} "
        "else extract(year from {2})::int - {3} end"
    ).format(year, anchor, shown, Literal(OLDEST))
