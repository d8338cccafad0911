from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.api import schema
from forms_app.api.signature_shape import SignatureSerializer
from forms_app.api.signature_shape import plain_all as plain_signatures
from forms_app.models.query import QUERY_STATES
from forms_app.selectors import computed, documents, evidence, signatures
from forms_app.selectors.documents import Document
from forms_app.selectors.records import find
from forms_app.selectors.signatures import Signed
from forms_app.services import records as service
from trial.api import parameters
from trial.api.bodies import mapping, text
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, page_of, page_serializer
from trial.api.preconditions import PRECONDITIONS, etag, expected_version
from trial.api.schema import WITH_REASON
from trial.api.users import user_of
from trial.crf import registry
from trial.crf.submission import Entry, Submission
from trial.lifecycle import RECORD_STATES
from trial.models import Participant, Record
from trial.protocol import STUDY
from trial.refusals import Refusal
from trial.selectors import participants

FORM = OpenApiParameter("form", str, OpenApiParameter.PATH, enum=registry.codes())
LOG = OpenApiParameter(
    "form", str, OpenApiParameter.PATH, enum=tuple(log.form for log in STUDY.schedule.logs)
)
ENTRY = PolymorphicProxySerializer("FormEntry", schema.entries(), resource_type_field_name=None)


class PersonSerializer(serializers.Serializer[Any]):
    username = serializers.CharField()
    name = serializers.CharField()


class QuerySerializer(serializers.Serializer[Any]):
    """A question; `raised_by` is null for a check, `item` empty for one about the form as a whole.

    `opened_at` is the last time it was asked, `moved_at` the last time its state changed.
    """

    check = serializers.CharField()
    item = serializers.CharField(allow_blank=True)
    sentence = serializers.CharField()
    state = serializers.ChoiceField(choices=QUERY_STATES)
    explanation = serializers.CharField(allow_blank=True)
    raised_by = PersonSerializer(allow_null=True)
    assigned_to = PersonSerializer(allow_null=True)
    opened_at = serializers.DateTimeField()
    moved_at = serializers.DateTimeField()
    days_open = serializers.IntegerField()


class EvidenceSerializer(serializers.Serializer[Any]):
    """What the data say of a criterion: Y (met, present), N, or null when they cannot confirm it."""

    verdict = serializers.ChoiceField(choices=("Y", "N"), allow_null=True)
    said = serializers.CharField()
    contradicts = serializers.BooleanField(help_text="Whether the recorded answer says otherwise")


class ComputedSerializer(serializers.Serializer[Any]):
    """A value that is computed when the form is read, never stored and never sent."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # what a field calls its own label
    value = serializers.FloatField()
    unit = serializers.CharField()


class FilledFormSerializer(serializers.Serializer[Any]):
    """A filled form, in the shape in which it is sent, with its queries and who signed over it."""

    form = serializers.CharField()
    repeat = serializers.IntegerField()
    state = serializers.CharField()
    version = serializers.IntegerField()
    protocol_version = serializers.CharField()
    removed = serializers.BooleanField()
    items = serializers.DictField()
    missing = serializers.DictField(child=serializers.CharField())
    groups = serializers.DictField()
    queries = QuerySerializer(many=True)
    comments = serializers.DictField(child=serializers.CharField(), help_text="Comments by path")
    signatures = SignatureSerializer(
        many=True, help_text="Over the form: its own, of its visit, the casebook"
    )


class RecordSerializer(FilledFormSerializer):
    """A filled form, with what it shows of other forms."""

    evidence = serializers.DictField(child=EvidenceSerializer(), help_text="By item, for eligibility")
    computed = ComputedSerializer(many=True)


class SavedSerializer(serializers.Serializer[Any]):
    """What a save left behind; `unanswered` and open queries keep the record from being complete.

    `settled` are the queries that closed by themselves: what they asked about was corrected.
    """

    form = serializers.CharField()
    repeat = serializers.IntegerField()
    state = serializers.CharField()
    version = serializers.IntegerField()
    derived = serializers.DictField()
    unanswered = serializers.ListField(child=serializers.CharField())
    queries = QuerySerializer(many=True)
    settled = QuerySerializer(many=True)


class RemovalSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField()


class RecordView(Endpoint):
    """One filled form: of a visit, or an entry of a log by its number."""

    @extend_schema(parameters=[FORM], responses=RecordSerializer)
    def get(
        self, request: Request, code: str, form: str, visit: str | None = None, repeat: int = 1
    ) -> Response:
        record = find_record(participants.get(user_of(request), code), form, visit, repeat)
        return Response(_document(record), headers=etag(record.version))

    @extend_schema(
        parameters=[FORM, *PRECONDITIONS],
        request=ENTRY,
        responses={200: SavedSerializer, 201: SavedSerializer},
    )
    def put(
        self, request: Request, code: str, form: str, visit: str | None = None, repeat: int = 1
    ) -> Response:
        participant = participants.get(user_of(request), code)
        return _save(request, participant, form, visit, repeat, expected_version(request))

    @extend_schema(
        parameters=[FORM, *PRECONDITIONS], responses={200: RecordSerializer}, extensions=WITH_REASON
    )
    def delete(
        self, request: Request, code: str, form: str, visit: str | None = None, repeat: int = 1
    ) -> Response:
        """Mark the record as removed, with a reason. It stays in the database."""
        record = find_record(participants.get(user_of(request), code), form, visit, repeat)
        return _set_removed(request, record, True)


class RestoreView(Endpoint):
    """Take a removed record back into use, with a reason."""

    @extend_schema(parameters=[FORM, *PRECONDITIONS], request=RemovalSerializer, responses=RecordSerializer)
    def post(
        self, request: Request, code: str, form: str, visit: str | None = None, repeat: int = 1
    ) -> Response:
        record = find_record(participants.get(user_of(request), code), form, visit, repeat)
        return _set_removed(request, record, False)


class LogView(Endpoint):
    """The entries of one log of a participant; post one to add the next."""

    @extend_schema(
        parameters=[
            LOG,
            OpenApiParameter("state", str, enum=RECORD_STATES, description="Only this state"),
            OpenApiParameter("removed", bool, description="Only those that are, or are not, removed"),
            *PAGING,
        ],
        responses=page_serializer(RecordSerializer),
    )
    def get(self, request: Request, code: str, form: str) -> Response:
        participant = participants.get(user_of(request), code)
        service.log_form(form)
        entries = Record.objects.filter(participant=participant, visit=None, form=form, **_asked(request))
        page = page_of(request, entries, "repeat")
        signed = signatures.of_participant(participant)
        return page.of(
            [
                _plain_document(document, signatures.over(document.record, signed))
                for document in documents.read_all(page.rows)
            ]
        )

    @extend_schema(parameters=[LOG], request=ENTRY, responses={201: SavedSerializer})
    def post(self, request: Request, code: str, form: str) -> Response:
        participant = participants.get(user_of(request), code)
        return _save(request, participant, form, None, service.NEXT, None)


def _asked(request: Request) -> dict[str, Any]:
    asked = {
        "state": parameters.one_of(request, "state", RECORD_STATES) or None,
        "removed": parameters.yes(request, "removed"),
    }
    return {name: value for name, value in asked.items() if value is not None}


def _save(
    request: Request,
    participant: Participant,
    form: str,
    visit: str | None,
    repeat: int,
    version: int | None,
) -> Response:
    body = mapping(request, "items", "missing", "groups", "explanations", "comments", "reason")
    saved = service.save(
        by=user_of(request),
        participant=participant,
        visit=visit,
        form=form,
        repeat=repeat,
        submission=submission_of(body),
        expected_version=version,
        reason=text(body, "reason"),
        explanations=texts(body, "explanations"),
        comments=texts(body, "comments"),
    )
    status = 201 if saved.created else 200
    return Response(plain_saved(saved), status, headers=etag(saved.record.version))


def _set_removed(request: Request, record: Record, removed: bool) -> Response:
    version = expected_version(request)
    if version is None:
        raise Refusal("version_missing")
    act = service.remove if removed else service.restore
    reason = text(mapping(request, "reason"), "reason")
    moved = act(by=user_of(request), record=record, expected_version=version, reason=reason)
    return Response(_document(moved), headers=etag(moved.version))


def find_record(participant: Participant, form: str, visit: str | None, repeat: int) -> Record:
    """The record of a form, removed or not, or the refusal that there is none."""
    service.declared_form(visit, form)
    record = find(participant, form, visit, repeat)
    if record is None:
        raise Refusal("not_found")
    return record


def _document(record: Record) -> dict[str, Any]:
    signed = signatures.over_form(record.participant, record.visit_id, record.pk)
    return _plain_document(documents.read(record), signed)


def _plain_document(document: Document, signed: list[Signed]) -> dict[str, Any]:
    """The record with what follows from it and other forms."""
    record, plain = document.record, document.plain()
    judged = evidence.of(record.participant_id, record.form, plain["items"])
    return plain | {
        "evidence": {item: each.plain() for item, each in judged.items()},
        "computed": [each.plain() for each in computed.of(record.participant_id, plain)],
        "signatures": plain_signatures(signed),
    }


def submission_of(body: dict[str, Any]) -> Submission:
    groups = {
        code: {key: _entry(row) for key, row in _object(_object(body, "groups"), code).items()}
        for code in _object(body, "groups")
    }
    return Submission(_entry({name: body.get(name) for name in ("items", "missing")}), groups)


def _entry(row: Any) -> Entry:
    if not isinstance(row, dict) or set(row) - {"items", "missing"}:
        problem = _("A row of a group is an object with “items” and “missing”.")
        raise Refusal("malformed", problem=problem)
    return Entry(_object(row, "items"), _object(row, "missing"))


def texts(body: Mapping[str, Any], name: str) -> dict[str, str]:
    given = _object(body, name)
    return {key: text(given, key) for key in given}


def _object(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refusal("malformed", problem=_("“{name}” must be an object.").format(name=name))
    return value


def plain_saved(saved: service.Saved) -> dict[str, Any]:
    header = saved.reading.header
    derived = {
        item.name: documents.plain(header.values.get(item.name))
        for item in header.row.items()
        if item.derived
    }
    return {
        "form": saved.record.form,
        "repeat": saved.record.repeat,
        "state": saved.record.state,
        "version": saved.record.version,
        "derived": derived,
        "unanswered": saved.unanswered,
        "queries": [documents.plain_query(query) for query in saved.queries],
        "settled": [documents.plain_query(query) for query in saved.settled],
    }
