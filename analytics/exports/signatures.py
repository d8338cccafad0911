"""The shape of signatures: one row for each, broken ones too, whatever the state of the form.

`intact` is found anew for the file: no change broke the signature, and the hash of what is stored is the one
that was signed. With forms chosen, signatures of other forms are left out; with visits chosen, those at other
visits. Those of a whole visit and of a casebook stay.
"""

from collections.abc import Iterator

from psycopg2.sql import SQL, Composable

from analytics.exports import cells, fields
from analytics.exports.dataset import Column, Dataset, Kind
from analytics.exports.fields import Field
from analytics.exports.long import FORMS
from analytics.exports.scope import EVERYTHING, Scope
from analytics.exports.table import Table, named
from forms_app.models.signature import MEANINGS, SIGNED_SCOPES
from forms_app.selectors.signatures import standing_sql
from trial.access import ROLE_LABELS
from trial.crf.codelists import YES_NO
from trial.crf.privacy import IDENTIFIER, Sensitivity

SELECT = """
select {participant} as place, t.signed_at as since, t.id as number, {columns}
from ({standing}) as t
join trial_participant p on p.id = t.participant_id
join trial_site s on s.id = p.site_id
join trial_user u on u.id = t.signer_id
{join}
where {participants} and {forms} and {visits}
"""

OVER = "s.participant_id in (select id from trial_participant where site_id = any (array[{keys}]::bigint[]))"

ORDER = SQL("place, since, number")

ROLES = tuple((role.value, label) for role, label in ROLE_LABELS.items())


def tables(scope: Scope) -> Iterator[Table]:
    """The one table."""
    found = _fields()
    shown = scope.shown(found)
    (participant,) = scope.shown([fields.PARTICIPANT])
    dataset = Dataset(
        "signatures",
        "One row for each signature",
        tuple(field.column for field in shown),
        key=("participant", "scope", "visit", "form", "repeat", "meaning", "signed_at"),
    )
    select = SQL(SELECT).format(
        participant=participant.stored,
        columns=named([field.text() for field in shown]),
        standing=_standing(scope),
        join=scope.join(),
        participants=scope.participants(),
        forms=_chosen("t.form", scope.options.forms),
        visits=_chosen("t.visit_code", scope.visit_codes),
    )
    yield Table(dataset, select, ORDER, scope.alterations(found))


def _standing(scope: Scope) -> Composable:
    keys = ", ".join(str(int(site.pk)) for site in scope.sites)
    return SQL(standing_sql(OVER.format(keys=keys)))


def _chosen(column: str, codes: tuple[str, ...]) -> Composable:
    if not codes:
        return EVERYTHING
    return SQL("({0} is null or {1})").format(SQL(column), cells.any_of(SQL(column), codes))


def _fields() -> list[Field]:
    return [
        fields.STUDY_CODE,
        fields.SITE,
        fields.PARTICIPANT,
        fields.coded("scope", "What is signed", fields.spoken(SIGNED_SCOPES), "t.scope"),
        fields.VISIT.at(SQL("t.visit_code")),
        fields.coded("form", "Form", FORMS, "t.form"),
        fields.REPEAT.at(SQL("t.repeat")),
        fields.text("signer", "Who signed", "t.printed_name", IDENTIFIER),
        fields.text("username", "User name of who signed", "u.username", IDENTIFIER),
        fields.coded("role", "Role in which it was signed", ROLES, "t.role"),
        fields.coded("meaning", "Meaning of the signature", fields.spoken(MEANINGS), "t.meaning"),
        _moment("signed_at", "Signed at"),
        fields.text("content_hash", "Hash of what was signed", "t.content_hash", IDENTIFIER),
        fields.coded(
            "intact",
            "What is stored is what was signed",
            YES_NO.terms,
            "case when t.broken_at is null and t.matches then 'Y' else 'N' end",
        ),
        _moment("broken_at", "A change broke it at"),
    ]


def _moment(name: str, label: str) -> Field:
    return Field(Column(name, label, Kind.MOMENT), SQL(f"t.{name}"), Sensitivity.MOMENT)
