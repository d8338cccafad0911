from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.models.signature import CASEBOOK, RECORD, SIGNED_SCOPES, VISIT
from forms_app.selectors import to_sign as selector
from forms_app.selectors.to_sign import DueCasebook, Waiting
from trial.access import Right, check_right
from trial.api import parameters
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, page_among, page_serializer
from trial.api.users import user_of


class ToSignSerializer(serializers.Serializer[Any]):
    """What waits for your signature: a casebook, a visit of which every form is complete, or one form."""

    scope = serializers.ChoiceField(choices=SIGNED_SCOPES)
    participant = serializers.CharField()
    visit = serializers.CharField(allow_null=True)
    form = serializers.CharField(allow_null=True)
    repeat = serializers.IntegerField(allow_null=True)
    broken = serializers.BooleanField(help_text="Whether it was signed, and the signature holds no more")


class ToSignView(Endpoint):
    """What waits for your signature. It is signed at the `signatures/` of what it is."""

    @extend_schema(
        parameters=[
            OpenApiParameter("participant", str, description="Only this participant"),
            OpenApiParameter("scope", str, enum=SIGNED_SCOPES, description="Only what is of this size"),
            *PAGING,
        ],
        responses=page_serializer(ToSignSerializer),
    )
    def get(self, request: Request) -> Response:
        check_right(user_of(request), Right.SIGN)
        found = selector.read(user_of(request))
        participant = parameters.word(request, "participant")
        scope = parameters.one_of(request, "scope", SIGNED_SCOPES)
        rows = [*map(_casebook, found.casebooks), *map(_waiting, found.waiting)]
        chosen = [
            each for each in rows if participant in ("", each["participant"]) and scope in ("", each["scope"])
        ]
        return page_among(request, chosen, _place).answer(lambda each: each)


def _casebook(due: DueCasebook) -> dict[str, Any]:
    return _plain(CASEBOOK, due.participant, broken=due.broken)


def _waiting(due: Waiting) -> dict[str, Any]:
    visit = due.visit or None
    if not due.form:
        return _plain(VISIT, due.participant, visit, broken=due.broken)
    return _plain(RECORD, due.participant, visit, due.form, due.repeat, broken=due.broken)


def _plain(
    scope: str,
    participant: str,
    visit: str | None = None,
    form: str | None = None,
    repeat: int | None = None,
    *,
    broken: bool,
) -> dict[str, Any]:
    return {
        "scope": scope,
        "participant": participant,
        "visit": visit,
        "form": form,
        "repeat": repeat,
        "broken": broken,
    }


def _place(row: dict[str, Any]) -> tuple[str, str, str, int]:
    return row["participant"], row["visit"] or "", row["form"] or "", row["repeat"] or 0
