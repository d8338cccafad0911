from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.selectors import verification_progress as selector
from forms_app.selectors.verification_progress import PersonProgress
from trial.access import Right, check_right
from trial.api import parameters
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, page_among, page_serializer
from trial.api.users import user_of


class VerificationProgressSerializer(serializers.Serializer[Any]):
    """How far the verification of a participant is, in items."""

    participant = serializers.CharField()
    site = serializers.CharField()
    sampled = serializers.BooleanField(help_text="Whether the plan compares everything of this participant")
    required = serializers.IntegerField()  # type: ignore[assignment]  # what a field calls its own duty
    verified = serializers.IntegerField()
    changed = serializers.IntegerField(help_text="Changed since they were verified")
    open = serializers.IntegerField()


class VerificationProgressView(Endpoint):
    """How far the source data verification of each participant is whom you may see."""

    @extend_schema(
        parameters=[OpenApiParameter("site", str, description="Only this site"), *PAGING],
        responses=page_serializer(VerificationProgressSerializer),
    )
    def get(self, request: Request) -> Response:
        person = user_of(request)
        check_right(person, Right.VIEW_DATA)
        sites = selector.read(person, site=parameters.word(request, "site"))
        people = [row for site in sites for row in site.people]
        return page_among(request, people, lambda row: (row.participant.code,)).answer(_plain)


def _plain(row: PersonProgress) -> dict[str, Any]:
    return {
        "participant": row.participant.code,
        "site": row.participant.site.code,
        "sampled": row.is_sampled,
        "required": row.standing.required,
        "verified": row.standing.verified,
        "changed": row.standing.changed,
        "open": row.standing.open,
    }
