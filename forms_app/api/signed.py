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
from trial.api.participants import ParticipantSerializer, ParticipantView
from trial.api.users import user_of
from trial.api.visits import VisitSerializer, VisitsView, VisitView
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


class SignedVisitsView(VisitsView):
    """The visits of a participant, recorded or not, in the order of the schedule."""

    @extend_schema(responses=SignedVisitSerializer(many=True))
    def get(self, request: Request, code: str) -> Response:
        response = super().get(request, code)
        found = signatures.of_participant(participants.get(user_of(request), code))
        response.data = [{**each, **_over(each["visit"], found)} for each in response.data]
        return response


class SignedVisitView(VisitView):
    """One visit: its window, what was recorded about it, and the signatures over it."""

    @extend_schema(responses=SignedVisitSerializer)
    def get(self, request: Request, code: str, visit: str) -> Response:
        response = super().get(request, code, visit)
        found = signatures.of_participant(participants.get(user_of(request), code))
        response.data |= _over(visit, found)
        return response


def _with(response: Response, found: list[Signed]) -> Response:
    response.data = {**response.data, "signatures": plain_all(found)}
    return response


def _over(visit: str, found: list[Signed]) -> dict[str, Any]:
    """The signatures of a visit and of the whole casebook."""
    return {"signatures": plain_all(each for each in found if not each.form and each.visit in (visit, ""))}
