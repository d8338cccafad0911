"""Signatures as they stand: each with whether what it signed is still what is stored.

A signature is intact when no change broke it and the hash of the stored content is the one that was signed:
a change that went past the triggers shows by the second.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from forms_app.models import Signature
from forms_app.models.signature import CASEBOOK, RECORD, VISIT
from forms_app.selectors.content_hash import Wanted, common_table_expressions
from trial.models import Participant, Record, Site

# Of signatures that no change broke, what they sign is made anew, in the same statement.
UNBROKEN = Wanted(
    records="exists (select from signed s where s.broken_at is null and (s.record_id = r.id "
    "or s.scope = 'visit' and s.visit_id = r.visit_id "
    "or s.scope = 'casebook' and s.participant_id = r.participant_id))",
    visits="v.id in (select visit_id from signed where scope = 'visit' and broken_at is null)",
    participants="p.id in (select participant_id from signed where scope = 'casebook' and broken_at is null)",
)

STANDING = """
with signed as materialized (select s.* from forms_app_signature s where {condition}),
{content}
select s.*, c.hash is not distinct from s.content_hash as matches, p.code as participant_code,
       v.code as visit_code, r.form as form, r.repeat as repeat
from signed s
join trial_participant p on p.id = s.participant_id
left join trial_visit v on v.id = s.visit_id
left join trial_record r on r.id = s.record_id
left join content c on c.scope = s.scope and c.id = coalesce(s.record_id, s.visit_id, s.participant_id)
order by s.signed_at, s.id
"""

OVER_FORM = (
    "s.participant_id = %s and (s.scope = 'casebook' or s.scope = 'visit' and s.visit_id = %s "
    "or s.record_id = %s)"
)
OVER_VISIT = "s.participant_id = %s and (s.scope = 'casebook' or s.scope = 'visit' and s.visit_id = %s)"


@dataclass(frozen=True)
class Signed:
    """A signature with where it stands. Without a visit it is of a log or a casebook.

    `matches` says whether the stored content has the hash that was signed; of a broken one it is not asked.
    """

    signature: Signature
    matches: bool
    participant: str
    visit: str
    form: str
    repeat: int

    @property
    def is_broken(self) -> bool:
        """Whether a change broke it."""
        return self.signature.broken_at is not None

    @property
    def is_intact(self) -> bool:
        return not self.is_broken and self.matches

    def is_of(self, scope: str, key: int) -> bool:
        """Whether it signs this form, visit or casebook, by its key."""
        return self.signature.scope == scope and signed_key(self.signature) == key


def signed_key(signature: Signature) -> int:
    """The key of the record, the visit or the participant that is signed."""
    keys = {RECORD: signature.record_id, VISIT: signature.visit_id, CASEBOOK: signature.participant_id}
    key = keys[signature.scope]
    assert key is not None
    return key


def over_form(participant: Participant, visit_id: int | None, record_id: int | None) -> list[Signed]:
    """The signatures over a form: its own, of its visit, of the casebook; one statement."""
    return _read(OVER_FORM, [participant.pk, visit_id, record_id])


def over_visit(participant: Participant, visit_id: int | None) -> list[Signed]:
    """The signatures over a visit: its own and of the casebook; one statement."""
    return _read(OVER_VISIT, [participant.pk, visit_id])


def of_participant(participant: Participant) -> list[Signed]:
    """Every signature in a casebook; one statement."""
    return of_participants([participant])


def of_participants(participants: Iterable[Participant]) -> list[Signed]:
    """Every signature in some casebooks; one statement."""
    return _read("s.participant_id = any (%s)", [[participant.pk for participant in participants]])


def at_sites(sites: Iterable[Site]) -> list[Signed]:
    """Every signature at these sites; one statement."""
    keys = [site.pk for site in sites]
    return _read(
        "s.participant_id in (select id from trial_participant where site_id = any (%s::bigint[]))", [keys]
    )


def over(record: Record, found: Iterable[Signed]) -> list[Signed]:
    """Those of the signatures of a participant that stand over a record."""
    keys = {RECORD: record.pk, VISIT: record.visit_id, CASEBOOK: record.participant_id}
    return [each for each in found if signed_key(each.signature) == keys[each.signature.scope]]


def of_signature(signature: Signature) -> Signed:
    """One signature as it stands."""
    (found,) = _read("s.id = %s", [signature.pk])
    return found


def standing_sql(condition: str) -> str:
    """The statement of the signatures `s` under a condition, with `matches` and where each stands."""
    return STANDING.format(condition=condition, content=common_table_expressions(UNBROKEN))


def _read(condition: str, values: list[Any]) -> list[Signed]:
    return [_signed(found) for found in Signature.objects.raw(standing_sql(condition), values)]


def _signed(signature: Any) -> Signed:
    return Signed(
        signature,
        signature.matches,
        signature.participant_code,
        signature.visit_code or "",
        signature.form or "",
        signature.repeat or 1,
    )
