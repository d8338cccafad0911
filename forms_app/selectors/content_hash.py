"""What a signature signs, and its hash.

The content of a record is a JSON object: the format of this description, the participant's code, form,
repeat, version of the protocol, whether it is removed, the head of its visit (code, occurred, date, mode,
both reasons; null in a log), and the answers: the row of the form under "", each row of a group that is in
use under "<group>.<key>", each with its columns (values as stored, derived ones too, and missing codes)
that are not empty. Queries, comments, images, verification, state and version are no content.

The content of a visit is its head and the hash of each of its records in use; that of a casebook the heads
of all visits and the hashes of all records in use, logs included. Every hash is the SHA-256 of the text
that PostgreSQL writes of the JSONB object, in UTF-8. A column that is added later and empty changes none.

`forms_app`'s trigger `mark_changed` breaks a signature exactly where this changes.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from trial.crf import registry
from trial.crf.answers import Row
from trial.models import Participant, Record, Visit

FORMAT = 1

HEAD = (
    "jsonb_build_object('code', v.code, 'occurred', v.occurred, 'date', v.visit_date, "
    "'mode', v.contact_mode, 'reason_not_done', v.reason_not_done, "
    "'reason_unscheduled', v.reason_unscheduled)"
)

CONTENT = """
wanted as (
    select r.id, r.participant_id, r.visit_id, r.form, r.repeat, r.removed, r.protocol_version,
           p.code as participant, v.code as visit, case when v.id is not null then {head} end as head
    from trial_record r
    join trial_participant p on p.id = r.participant_id
    left join trial_visit v on v.id = r.visit_id
    where {records}
),
answered as ({rows}),
record_content as (
    select w.*, jsonb_build_object('format', {format}, 'participant', w.participant, 'form', w.form,
        'repeat', w.repeat, 'protocol_version', w.protocol_version, 'removed', w.removed, 'visit', w.head,
        'answers', a.answers)::text as content
    from wanted w
    left join (select record_id, jsonb_object_agg(place, answers) as answers from answered group by 1) a
        on a.record_id = w.id
),
record_hash as (
    select c.*, encode(sha256(convert_to(c.content, 'UTF8')), 'hex') as hash from record_content c
),
visit_content as (
    select v.id, jsonb_build_object('format', {format}, 'participant', p.code, 'visit', {head},
        'records', coalesce(h.hashes, '{{}}'))::text as content
    from trial_visit v
    join trial_participant p on p.id = v.participant_id
    left join (select visit_id, jsonb_object_agg(form, hash) as hashes
               from record_hash where not removed and visit_id is not null group by 1) h on h.visit_id = v.id
    where {visits}
),
casebook_content as (
    select p.id, jsonb_build_object('format', {format}, 'participant', p.code,
        'visits', coalesce((select jsonb_object_agg(v.code, {head}) from trial_visit v
                            where v.participant_id = p.id), '{{}}'),
        'records', coalesce(h.hashes, '{{}}'))::text as content
    from trial_participant p
    left join (select participant_id, jsonb_object_agg(concat_ws('/', visit, form, repeat), hash) as hashes
               from record_hash where not removed group by 1) h on h.participant_id = p.id
    where {participants}
),
content as (
    select 'form' as scope, id, content, hash from record_hash
    union all
    select 'visit', id, content, encode(sha256(convert_to(content, 'UTF8')), 'hex') from visit_content
    union all
    select 'casebook', id, content, encode(sha256(convert_to(content, 'UTF8')), 'hex') from casebook_content
)
"""

READ = "with {expressions} select scope, id, content, hash from content"

NONE = "false"


@dataclass(frozen=True)
class Wanted:
    """Whose content is made, as conditions of SQL: on the record `r`, the visit `v`, the participant `p`.

    A visit or a casebook is right only when all of its records are wanted too.
    """

    records: str
    visits: str = NONE
    participants: str = NONE


@dataclass(frozen=True)
class RecordContent:
    """The content of one record, and its hash."""

    record: int
    hash: str
    plain: dict[str, Any]


@dataclass(frozen=True)
class Content:
    """What is to be signed: its hash, its text, and the content of each record by key, removed ones too."""

    hash: str
    text: str
    records: dict[int, RecordContent]

    @property
    def plain(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text)
        return found

    @property
    def hashes(self) -> dict[int, str]:
        """The hash of each record by its key."""
        return {key: each.hash for key, each in self.records.items()}

    @property
    def in_use(self) -> dict[int, RecordContent]:
        return {key: each for key, each in self.records.items() if not each.plain["removed"]}


def of_record(record: Record) -> Content:
    """The content of a form, removed or not; one statement."""
    return _read("form", record.pk, Wanted(f"r.id = {record.pk:d}"))


def of_visit(visit: Visit) -> Content:
    """The content of a visit that is recorded; one statement."""
    return _read("visit", visit.pk, Wanted(f"r.visit_id = {visit.pk:d}", f"v.id = {visit.pk:d}"))


def of_casebook(participant: Participant) -> Content:
    """The content of all that is recorded of a participant; one statement."""
    key = participant.pk
    return _read("casebook", key, Wanted(f"r.participant_id = {key:d}", participants=f"p.id = {key:d}"))


def common_table_expressions(wanted: Wanted) -> str:
    """The expressions that end in `content (scope, id, content, hash)`, to stand behind a `with`.

    Only names of our own declarations stand in them, and no value.
    """
    return CONTENT.format(
        format=FORMAT,
        head=HEAD,
        records=wanted.records,
        visits=wanted.visits,
        participants=wanted.participants,
        rows=" union all ".join(_rows()),
    )


def _rows() -> Iterator[str]:
    for form in registry.FORMS:
        yield _select(form.code, form, "''", "'record_id'", "")
        for group in form.groups:
            columns = "array['id', 'record_id', 'key', 'removed']"
            yield _select(form.code, group, f"'{group.code}.' || t.key", columns, " and not t.removed")


def _select(form: str, row: type[Row], place: str, without: str, in_use: str) -> str:
    table = connection.ops.quote_name(row._meta.db_table)
    return (
        f"select t.record_id, {place} as place, "  # nosec B608
        f"jsonb_strip_nulls(to_jsonb(t) - {without}) as answers "
        f"from {table} t where t.record_id in (select id from wanted where form = '{form}'){in_use}"
    )


def _read(scope: str, key: int, wanted: Wanted) -> Content:
    with connection.cursor() as cursor:
        cursor.execute(READ.format(expressions=common_table_expressions(wanted)))
        found = cursor.fetchall()
    whole = next((content, digest) for of, own, content, digest in found if (of, own) == (scope, key))
    records = {
        own: RecordContent(own, digest, json.loads(content))
        for of, own, content, digest in found
        if of == "form"
    }
    return Content(hash=whole[1], text=whole[0], records=records)
