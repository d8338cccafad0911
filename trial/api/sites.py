from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from trial.access import Role, held
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, page_among, page_serializer
from trial.api.users import user_of
from trial.models import Site, User
from trial.refusals import Refusal


class SiteSerializer(serializers.Serializer[Any]):
    """A site at which you hold a role today, and which. Dates of its participants are those of its zone."""

    code = serializers.CharField()
    name = serializers.CharField()
    time_zone = serializers.CharField()
    activated_on = serializers.DateField()
    roles = serializers.ListField(child=serializers.ChoiceField(choices=[role.value for role in Role]))


class SitesView(Endpoint):
    """The sites at which you hold a role today."""

    @extend_schema(parameters=PAGING, responses=page_serializer(SiteSerializer))
    def get(self, request: Request) -> Response:
        person = user_of(request)
        found = {each.site.pk: each.site for each in held(person)}.values()
        return page_among(request, found, lambda site: (site.code,)).answer(lambda site: _plain(site, person))


class SiteView(Endpoint):
    """One of them."""

    @extend_schema(responses=SiteSerializer)
    def get(self, request: Request, code: str) -> Response:
        person = user_of(request)
        site = next((each.site for each in held(person) if each.site.code == code), None)
        if site is None:
            raise Refusal("not_found")
        return Response(_plain(site, person))


def _plain(site: Site, person: User) -> dict[str, Any]:
    return {
        "code": site.code,
        "name": site.name,
        "time_zone": site.time_zone,
        "activated_on": site.activated_on,
        "roles": [each.role.value for each in held(person) if each.site.pk == site.pk],
    }
