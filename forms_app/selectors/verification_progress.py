"""How far the verification of all participants is, whom a person may see.

The answers are counted in the database, one statement for all forms: reading them would take as long as
reading the whole trial. The number of statements does not grow with participants or forms.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from forms_app.models.verification import CHANGED, VERIFIED
from forms_app.selectors import stored
from forms_app.selectors import verifications as selector
from forms_app.selectors.verifications import NOTHING, Standing, answered, is_entered
from trial.access import Right, sites_with
from trial.crf import registry
from trial.crf.answers import Answers, GroupAnswers, Row
from trial.crf.items import Item
from trial.models import Participant, Record, Site, User
from trial.protocol.verification import Extent
from trial.visit_name import visit_name

# Only names of our own declarations stand in it, and no value; `%s` are the sites.
COUNTED = """
select r.id, sum(c.whole)::int, sum(c.critical)::int
from ({counted}) c
join trial_record r on r.id = c.record_id
join trial_participant p on p.id = r.participant_id
where not r.removed and p.site_id = any(%s)
group by r.id
"""
# `%s` are the critical items, as "form item" without the key of a row, and the sites.
SAID = """
select v.record_id, v.state, count(*)::int,
    (count(*) filter (where r.form || ' ' || regexp_replace(v.item, '\\..*\\.', '.') = any(%s)))::int,
    array_agg(v.item)
from forms_app_verification v
join trial_record r on r.id = v.record_id
join trial_participant p on p.id = r.participant_id
where not r.removed and p.site_id = any(%s) and v.state = any(%s)
group by v.record_id, v.state
"""


@dataclass(frozen=True)
class RecordProgress:
    """A form in use, or an entry of a log without a visit, and how far its verification is."""

    record: Record
    form: type[Answers]
    standing: Standing

    @property
    def where(self) -> str:
        return visit_name(self.record.visit.code) if self.record.visit else ""


@dataclass(frozen=True)
class PersonProgress:
    """A participant: whether the plan compares everything, and how far it is."""

    participant: Participant
    is_sampled: bool
    records: tuple[RecordProgress, ...]
    standing: Standing


@dataclass(frozen=True)
class SiteProgress:
    site: Site
    people: tuple[PersonProgress, ...]
    standing: Standing


def read(person: User, *, site: str = "") -> list[SiteProgress]:
    """The progress at each site that somebody may see, or at one of them, by code; participants by code."""
    sites = [each for each in sites_with(person, Right.VIEW_DATA) if site in ("", each.code)]
    keys = [each.pk for each in sites]
    records = _records(keys)
    standings = _standings(records, keys)
    people = _people(keys, records, standings)
    return [_site(each, [row for row in people if row.participant.site_id == each.pk]) for each in sites]


def _site(site: Site, people: Sequence[PersonProgress]) -> SiteProgress:
    return SiteProgress(site, tuple(people), sum((row.standing for row in people), NOTHING))


def _records(sites: Sequence[int]) -> list[Record]:
    held = Record.objects.filter(participant__site__in=sites, removed=False)
    return list(held.select_related("participant__site", "visit").order_by("participant__code", "pk"))


def _people(
    sites: Sequence[int], records: Sequence[Record], standings: dict[int, Standing]
) -> list[PersonProgress]:
    filed: dict[int, list[RecordProgress]] = defaultdict(list)
    for record in records:
        form = registry.form(record.form)
        if form is not None and record.pk in standings:
            filed[record.participant_id].append(RecordProgress(record, form, standings[record.pk]))
    everybody = Participant.objects.filter(site__in=sites).select_related("site").order_by("code")
    return [_person(participant, filed[participant.pk]) for participant in everybody]


def _person(participant: Participant, records: Sequence[RecordProgress]) -> PersonProgress:
    standing = sum((each.standing for each in records), NOTHING)
    return PersonProgress(participant, selector.PLAN.is_sampled(participant.code), tuple(records), standing)


def _standings(records: Sequence[Record], sites: Sequence[int]) -> dict[int, Standing]:
    """How far each record is, by its key."""
    counted = {key: (whole, critical) for key, whole, critical in _rows(_counted(), [list(sites)])}
    critical = [f"{form} {item}" for form, items in selector.PLAN.critical.items() for item in items]
    said: dict[int, dict[str, tuple[int, int, list[str]]]] = defaultdict(dict)
    for key, state, *rest in _rows(SAID, [critical, list(sites), [VERIFIED, CHANGED]]):
        said[key][state] = (rest[0], rest[1], rest[2])
    asked_again = _asked_again(
        records, {key: held[CHANGED][2] for key, held in said.items() if CHANGED in held}
    )
    found = {}
    for record in records:
        is_whole = selector.PLAN.extent(record.participant.code, record.form) is Extent.ALL
        whole, few = counted.get(record.pk, (0, 0))
        verified = said[record.pk].get(VERIFIED, (0, 0, []))
        changed = said[record.pk].get(CHANGED, (0, 0, []))[0]
        required, done = (whole, verified[0]) if is_whole else (few, verified[1])
        left = required - done - asked_again.get(record.pk, 0)
        found[record.pk] = Standing(required, done, changed, left)
    return found


def _asked_again(records: Sequence[Record], changed: dict[int, list[str]]) -> dict[int, int]:
    """How many of the changed items the plan asks for still; what was emptied, it does not."""
    held = [record for record in records if record.pk in changed]
    answers = stored.read(held)
    found = {}
    for record in held:
        form = registry.form(record.form)
        assert form is not None
        asked = selector.required(record.participant.code, form, answered(form, answers[record.pk]))
        found[record.pk] = len(set(asked) & set(changed[record.pk]))
    return found


def _rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _counted() -> str:
    return COUNTED.format(counted=" union all ".join(_selects()))


def _selects() -> Iterator[str]:
    for form in registry.FORMS:
        for row in (form, *form.groups):
            yield _select(form, row)


def _select(form: type[Answers], row: type[Row]) -> str:
    """How many answers a row holds: all, and the critical ones."""
    prefix = f"{row.code}." if issubclass(row, GroupAnswers) else ""
    items = [item for item in row.items() if is_entered(item)]
    few = [item for item in items if f"{prefix}{item.name}" in selector.PLAN.critical.get(form.code, ())]
    table = connection.ops.quote_name(row._meta.db_table)
    in_use = " where not removed" if prefix else ""
    whole, critical = _number(items), _number(few)
    return f"select record_id, {whole} as whole, {critical} as critical from {table}{in_use}"  # nosec B608


def _number(items: Sequence[Item]) -> str:
    """How many of the items have a value or a reason for none."""
    if not items:
        return "0"
    return f"num_nonnulls({', '.join(_answer(item) for item in items)})"


def _answer(item: Item) -> str:
    quote = connection.ops.quote_name
    return f"coalesce({quote(str(item.column))}::text, {quote(item.missing_name)})"
