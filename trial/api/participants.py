from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from trial.access import Right, check_right, sites_with
from trial.api import changed_since, parameters
from trial.api.bodies import mapping, text
from trial.api.changed_since import CHANGED_SINCE
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, page_of, page_serializer
from trial.api.users import user_of
from trial.lifecycle import ENROLLED, PARTICIPANT_STATES
from trial.models import Participant, Site, User
from trial.refusals import Refusal
from trial.selectors import participants as selector
from trial.selectors.changes import changed_participants
from trial.services import participants as service


class ParticipantSerializer(serializers.ModelSerializer[Participant]):
    site = serializers.CharField(source="site.code")

    class Meta:
        model = Participant
        fields = ("code", "site", "state", "state_reason")


class NewParticipantSerializer(serializers.Serializer[Any]):
    site = serializers.CharField(
        required=False, help_text="Code of the site; may be left out when you work at one site only"
    )


class MoveSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=(ENROLLED,))


class ParticipantsView(Endpoint):
    """The participants you may see; add one to begin screening."""

    @extend_schema(
        parameters=[
            OpenApiParameter("site", str, description="Only this site"),
            OpenApiParameter("state", str, enum=PARTICIPANT_STATES, description="Only this state"),
            CHANGED_SINCE,
            *PAGING,
        ],
        responses=page_serializer(ParticipantSerializer),
    )
    def get(self, request: Request) -> Response:
        check_right(user_of(request), Right.VIEW_DATA)
        changed = changed_since.condition(request, changed_participants)
        found = selector.visible(user_of(request)).filter(changed, **_filters(request))
        return page_of(request, found, "code").answer(lambda each: ParticipantSerializer(each).data)

    @extend_schema(request=NewParticipantSerializer, responses={201: ParticipantSerializer})
    def post(self, request: Request) -> Response:
        site = _site(user_of(request), text(mapping(request, "site"), "site"))
        participant = service.add(by=user_of(request), site=site)
        return Response(ParticipantSerializer(participant).data, 201)


class ParticipantView(Endpoint):
    """One participant."""

    @extend_schema(responses=ParticipantSerializer)
    def get(self, request: Request, code: str) -> Response:
        return Response(ParticipantSerializer(selector.get(user_of(request), code)).data)


class ParticipantStateView(Endpoint):
    """Enrol a participant. The ends follow from the forms “withdrawal” and “study_end”."""

    @extend_schema(request=MoveSerializer, responses=ParticipantSerializer)
    def post(self, request: Request, code: str) -> Response:
        participant = selector.get(user_of(request), code)
        if text(mapping(request, "state"), "state") != ENROLLED:
            raise Refusal("malformed", problem=_("“state” must be {state}.").format(state=ENROLLED))
        moved = service.enrol(by=user_of(request), participant=participant)
        return Response(ParticipantSerializer(moved).data)


def _filters(request: Request) -> dict[str, str]:
    asked = {
        "site__code": parameters.word(request, "site"),
        "state": parameters.one_of(request, "state", PARTICIPANT_STATES),
    }
    return {name: value for name, value in asked.items() if value}


def _site(user: User, code: str) -> Site:
    check_right(user, Right.SCREEN)
    sites = sites_with(user, Right.SCREEN)
    if not code and len(sites) == 1:
        return sites[0]
    known = {site.code: site for site in sites}
    if code not in known:
        raise Refusal("malformed", problem=_("Give “site”, one of: {sites}.").format(sites=", ".join(known)))
    return known[code]
