from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from trial.access import Right, check_right, sites_with
from trial.api.bodies import mapping, text
from trial.api.users import user_of
from trial.lifecycle import ENROLLED, PARTICIPANT_STATES
from trial.models import Participant, Site, User
from trial.refusals import Refusal
from trial.selectors import participants as selector
from trial.services import participants as service


class ParticipantSerializer(serializers.ModelSerializer[Participant]):
    site = serializers.CharField(source="site.code")

    class Meta:
        model = Participant
        fields = ("code", "site", "state", "state_reason")


class ParticipantPageSerializer(serializers.Serializer[Any]):
    """A page of the list; its neighbours by their addresses."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ParticipantSerializer(many=True)


class NewParticipantSerializer(serializers.Serializer[Any]):
    site = serializers.CharField(
        required=False, help_text="Code of the site; may be left out when you work at one site only"
    )


class MoveSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=(ENROLLED,))


class Pages(PageNumberPagination):
    page_size = 100


class ParticipantsView(APIView):
    """The participants you may see; add one to begin screening."""

    @extend_schema(
        operation_id="participants_list",
        parameters=[
            OpenApiParameter("site", str, description="Only this site"),
            OpenApiParameter("state", str, enum=PARTICIPANT_STATES, description="Only this state"),
            OpenApiParameter("page", int, description="Page of 100 participants"),
        ],
        responses=ParticipantPageSerializer,
    )
    def get(self, request: Request) -> Response:
        check_right(user_of(request), Right.VIEW_DATA)
        found = selector.visible(user_of(request)).filter(**_filters(request))
        pages = Pages()
        page = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(ParticipantSerializer(page, many=True).data)

    @extend_schema(request=NewParticipantSerializer, responses={201: ParticipantSerializer})
    def post(self, request: Request) -> Response:
        site = _site(user_of(request), text(mapping(request, "site"), "site"))
        participant = service.add(by=user_of(request), site=site)
        return Response(ParticipantSerializer(participant).data, 201)


class ParticipantView(APIView):
    """One participant."""

    @extend_schema(responses=ParticipantSerializer)
    def get(self, request: Request, code: str) -> Response:
        return Response(ParticipantSerializer(selector.get(user_of(request), code)).data)


class ParticipantStateView(APIView):
    """Enrol a participant. The ends follow from the forms “withdrawal” and “study_end”."""

    @extend_schema(request=MoveSerializer, responses=ParticipantSerializer)
    def post(self, request: Request, code: str) -> Response:
        participant = selector.get(user_of(request), code)
        if text(mapping(request, "state"), "state") != ENROLLED:
            raise Refusal("malformed", problem=_("“state” must be {state}.").format(state=ENROLLED))
        moved = service.enrol(by=user_of(request), participant=participant)
        return Response(ParticipantSerializer(moved).data)


def _filters(request: Request) -> dict[str, str]:
    filters = {}
    if site := request.query_params.get("site"):
        filters["site__code"] = _plain(site)
    if state := request.query_params.get("state"):
        filters["state"] = _known(state)
    return filters


def _plain(site: str) -> str:
    if not site.isprintable():
        raise Refusal("malformed", problem=_("“site” holds a control character."))
    return site


def _known(state: str) -> str:
    if state not in PARTICIPANT_STATES:
        problem = _("“state” must be one of: {states}.").format(states=", ".join(PARTICIPANT_STATES))
        raise Refusal("malformed", problem=problem)
    return state


def _site(user: User, code: str) -> Site:
    check_right(user, Right.SCREEN)
    sites = sites_with(user, Right.SCREEN)
    if not code and len(sites) == 1:
        return sites[0]
    known = {site.code: site for site in sites}
    if code not in known:
        raise Refusal("malformed", problem=_("Give “site”, one of: {sites}.").format(sites=", ".join(known)))
    return known[code]
