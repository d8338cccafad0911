"""Participants and visits as `trial` answers with them, and the signatures over them.

`trial` knows no signatures: they stand in the app above it, and so do these two answers.
"""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.api.signature_shape import SignatureSerializer, plain_all
from forms_app.selectors import signatures
from forms_app.selectors.signatures import Signed
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, page_among, page_serializer
from trial.api.participants import ParticipantSerializer, ParticipantView
from trial.api.users import user_of
from trial.api.visits import VisitSerializer, VisitView, plain_visits
from trial.protocol import STUDY
from trial.selectors import participants


class SignedParticipantSerializer(ParticipantSerializer):
    """A participant, with every signature in the casebook."""

    signatures = SignatureSerializer(many=True, read_only=True)

    class Meta(ParticipantSerializer.Meta):
        fields = (*ParticipantSerializer.Meta.fields, "signatures")  # type: ignore[assignment]


class SignedVisitSerializer(VisitSerializer):
    """A visit, with the signatures over it."""

    signatures = SignatureSerializer(many=True)


class SignedParticipantView(ParticipantView):
    """One participant, with every signature in the casebook."""

    @extend_schema(responses=SignedParticipantSerializer)
    def get(self, request: Request, code: str) -> Response:
        response = super().get(request, code)
        return _with(response, signatures.of_participant(participants.get(user_of(request), code)))


class SignedVisitsView(Endpoint):
    """The visits of a participant, recorded or not, in the order of the schedule."""

    @extend_schema(parameters=PAGING, responses=page_serializer(SignedVisitSerializer))
    def get(self, request: Request, code: str) -> Response:
        participant = participants.get(user_of(request), code)
        found = signatures.of_participant(participant)
        page = page_among(request, plain_visits(participant), _place)
        return page.answer(lambda each: {**each, "signatures": over_visit(each["visit"], found)})


class SignedVisitView(VisitView):
    """One visit: its window, what was recorded about it, and the signatures over it."""

    @extend_schema(responses=SignedVisitSerializer)
    def get(self, request: Request, code: str, visit: str) -> Response:
        response = super().get(request, code, visit)
        found = signatures.of_participant(participants.get(user_of(request), code))
        response.data |= {"signatures": over_visit(visit, found)}
        return response


def _with(response: Response, found: list[Signed]) -> Response:
    response.data = {**response.data, "signatures": plain_all(found)}
    return response


def _place(visit: dict[str, Any]) -> tuple[int, str]:
    return STUDY.schedule.position(visit["visit"]), visit["visit"]


def over_visit(visit: str, found: list[Signed]) -> list[dict[str, Any]]:
    """The signatures of a visit and of the whole casebook."""
    return plain_all(each for each in found if not each.form and each.visit in (visit, ""))
