from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.selectors import flow as selector
from forms_app.selectors import flow_people
from forms_app.selectors.flow import Box
from trial.access import Right, check_right, sites_with
from trial.api import parameters
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, page_among, page_serializer
from trial.api.schema import refuses
from trial.api.users import user_of
from trial.refusals import Refusal


class FlowBoxSerializer(serializers.Serializer[Any]):
    """A box of the flow: its participants, and its parts, which share them out."""

    box = serializers.CharField()
    title = serializers.CharField()
    n = serializers.IntegerField()
    participants = serializers.ListField(child=serializers.CharField())
    parts = serializers.ListField(child=serializers.CharField(), help_text="Boxes that share this one out")
    reasons = serializers.ListField(
        child=serializers.CharField(), help_text="Boxes of which several may hold for one participant"
    )


class FlowView(Endpoint):
    """The flow of participants through the trial (STROBE, CONSORT 2025), in reading order."""

    @extend_schema(
        parameters=[OpenApiParameter("site", str, description="Only this site"), *PAGING],
        responses=page_serializer(FlowBoxSerializer),
        extensions=refuses(404),
    )
    def get(self, request: Request) -> Response:
        person = user_of(request)
        check_right(person, Right.VIEW_DATA)
        site = parameters.word(request, "site")
        if site and site not in {each.code for each in sites_with(person, Right.VIEW_DATA)}:
            raise Refusal("not_found")
        found = selector.flow(flow_people.read(person, site))
        boxes = page_among(request, enumerate(found.boxes()), lambda each: (each[0],))
        return boxes.answer(lambda each: _plain(each[1]))


def _plain(box: Box) -> dict[str, Any]:
    return {
        "box": box.code,
        "title": str(box.title),
        "n": box.n,
        "participants": [each.code for each in box.people],
        "parts": [each.code for each in box.parts],
        "reasons": [each.code for each in box.reasons],
    }
