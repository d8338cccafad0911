"""A participant whole: the visits, and every form that was begun."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.api.records import FilledFormSerializer
from forms_app.api.signature_shape import plain_all
from forms_app.api.signed import SignedVisitSerializer, over_visit
from forms_app.selectors import documents, signatures
from forms_app.selectors.documents import Document
from forms_app.selectors.signatures import Signed
from trial.api.endpoint import Endpoint
from trial.api.participants import ParticipantSerializer
from trial.api.users import user_of
from trial.api.visits import plain_visits
from trial.crf import registry
from trial.models import Participant, Record
from trial.protocol import STUDY
from trial.selectors import participants


class CasebookRecordSerializer(FilledFormSerializer):
    """A filled form with its visit, which is null for an entry of a log."""

    visit = serializers.CharField(allow_null=True)


class CasebookSerializer(ParticipantSerializer):
    """A participant with the visits, recorded or not, and every form that was begun, removed ones too."""

    visits = SignedVisitSerializer(many=True)
    records = CasebookRecordSerializer(many=True, help_text="By visit, then the logs")

    class Meta(ParticipantSerializer.Meta):
        fields = (*ParticipantSerializer.Meta.fields, "visits", "records")  # type: ignore[assignment]


class CasebookView(Endpoint):
    """The whole casebook of a participant. How many statements it costs does not hang on what is in it."""

    @extend_schema(responses=CasebookSerializer)
    def get(self, request: Request, code: str) -> Response:
        participant = participants.get(user_of(request), code)
        signed = signatures.of_participant(participant)
        visits = plain_visits(participant)
        return Response(
            {
                **ParticipantSerializer(participant).data,
                "visits": [{**each, "signatures": over_visit(each["visit"], signed)} for each in visits],
                "records": [_plain(each, signed) for each in _documents(participant)],
            }
        )


def _documents(participant: Participant) -> list[Document]:
    """Every record that was begun, one statement for each form that there is."""
    records = list(Record.objects.filter(participant=participant).select_related("visit"))
    found = [
        document
        for form in registry.codes()
        for document in documents.read_all([record for record in records if record.form == form])
    ]
    return sorted(found, key=lambda document: _place(document.record))


def _place(record: Record) -> tuple[bool, int, int, int]:
    """By visit in the order of the schedule, then the logs; forms in that of the casebook."""
    position = STUDY.schedule.position(record.visit.code) if record.visit else 0
    return record.visit is None, position, registry.codes().index(record.form), record.repeat


def _plain(document: Document, signed: list[Signed]) -> dict[str, Any]:
    record = document.record
    return {
        "visit": record.visit.code if record.visit else None,
        **document.plain(),
        "signatures": plain_all(signatures.over(record, signed)),
    }
