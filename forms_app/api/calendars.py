"""The secret address of one's own calendar of a site: making and ending it."""

from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.services import calendar_feeds
from trial.access import Right, check_right, sites_with
from trial.api.bodies import mapping, text
from trial.api.endpoint import Endpoint
from trial.api.users import user_of
from trial.models import Site
from trial.refusals import Refusal

ENDED = OpenApiResponse(description="The address does not work any more.")


class CalendarSiteSerializer(serializers.Serializer[Any]):
    site = serializers.CharField()


class CalendarSerializer(CalendarSiteSerializer):
    address = serializers.URLField(
        help_text="For a calendar program. Shown this once: it is not kept where it could be read again"
    )


class CalendarView(Endpoint):
    """The calendar of the visits that are due at a site."""

    shows_a_secret = True

    @extend_schema(request=CalendarSiteSerializer, responses={201: CalendarSerializer})
    def post(self, request: Request) -> Response:
        """Make the secret address of your calendar of a site. An earlier one ends."""
        site = _site(request)
        path = reverse("calendar-feed", args=[calendar_feeds.create(by=user_of(request), site=site)])
        address = request.build_absolute_uri(f"{path}?language={translation.get_language()}")
        return Response({"site": site.code, "address": address}, 201)


class CalendarEndView(Endpoint):
    """Let your calendar of a site end."""

    @extend_schema(request=CalendarSiteSerializer, responses={204: ENDED})
    def post(self, request: Request) -> Response:
        calendar_feeds.revoke(by=user_of(request), site=_site(request))
        return Response(status=204)


def _site(request: Request) -> Site:
    person = user_of(request)
    check_right(person, Right.VIEW_DATA)
    known = {site.code: site for site in sites_with(person, Right.VIEW_DATA)}
    code = text(mapping(request, "site"), "site")
    if code not in known:
        raise Refusal("malformed", problem=_("Give “site”, one of: {sites}.").format(sites=", ".join(known)))
    return known[code]
