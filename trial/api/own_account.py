"""One's own account: roles, tokens and sessions, to look at and to end.

No token, password or second factor is made here: who holds a token could make it last for ever.
"""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from trial import browsers
from trial.access import Role
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, page_among, page_of, page_serializer
from trial.api.users import user_of
from trial.models import ApiToken, Membership, Reach, Session
from trial.selectors import memberships, sessions
from trial.services import sessions as session_service
from trial.services import tokens

ENDED = {204: OpenApiResponse(description="It has ended; nobody gets in with it any more.")}


def _hexadecimal(name: str) -> OpenApiParameter:
    return OpenApiParameter(name, {"type": "string", "pattern": "^[0-9a-f]+$"}, OpenApiParameter.PATH)


class RoleSerializer(serializers.Serializer[Any]):
    """A role at a site, from one day there to another; `ended_at`, when it was ended at once."""

    number = serializers.IntegerField()
    site = serializers.CharField()
    role = serializers.ChoiceField(choices=[role.value for role in Role])
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class OwnAccountSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    username = serializers.CharField()
    full_name = serializers.CharField()
    roles = RoleSerializer(many=True, help_text="Those that ended, too")


class TokenSerializer(serializers.Serializer[Any]):
    """A token by its first characters; the whole is kept nowhere."""

    key = serializers.CharField()
    name = serializers.CharField()
    scope = serializers.ChoiceField(choices=[reach.value for reach in Reach])
    created = serializers.DateTimeField()
    expiry = serializers.DateTimeField(allow_null=True)
    used_at = serializers.DateTimeField(allow_null=True, help_text="To the hour")


class SessionSerializer(serializers.Serializer[Any]):
    """A browser that is signed in."""

    sign = serializers.CharField()
    browser = serializers.CharField()
    address = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    seen_at = serializers.DateTimeField()


class OwnAccountView(Endpoint):
    """Who you are, and your roles."""

    @extend_schema(responses=OwnAccountSerializer)
    def get(self, request: Request) -> Response:
        person = user_of(request)
        return Response(
            {
                "number": person.pk,
                "username": person.username,
                "full_name": person.full_name,
                "roles": [plain_role(each) for each in memberships.own(person)],
            }
        )


class TokensView(Endpoint):
    """Your tokens, the newest first. You make one on your account page."""

    @extend_schema(parameters=PAGING, responses=page_serializer(TokenSerializer))
    def get(self, request: Request) -> Response:
        found = ApiToken.objects.filter(user=user_of(request))
        return page_of(request, found, "-created", "-token_key").answer(_token)


class TokenView(Endpoint):
    """One of your tokens."""

    @extend_schema(parameters=[_hexadecimal("key")], request=None, responses=ENDED)
    def delete(self, request: Request, key: str) -> Response:
        """Revoke the token. It may be the one that you send."""
        tokens.revoke(by=user_of(request), key=key)
        return Response(status=204)


class SessionsView(Endpoint):
    """The browsers that are signed in with your account, the oldest session first."""

    @extend_schema(parameters=PAGING, responses=page_serializer(SessionSerializer))
    def get(self, request: Request) -> Response:
        found = sessions.own(user_of(request))
        # Not by the key in the database, which opens the session.
        page = page_among(request, found, lambda each: (each.created_at, each.sign))
        return page.answer(_session)


class SessionView(Endpoint):
    """One of your sessions."""

    @extend_schema(parameters=[_hexadecimal("sign")], request=None, responses=ENDED)
    def delete(self, request: Request, sign: str) -> Response:
        """End the session: that browser is signed out."""
        session_service.end(by=user_of(request), sign=sign)
        return Response(status=204)


def plain_role(membership: Membership) -> dict[str, Any]:
    return {
        "number": membership.pk,
        "site": membership.site.code,
        "role": membership.role,
        "valid_from": membership.valid_from,
        "valid_to": membership.valid_to,
        "ended_at": membership.ended_at,
    }


def _token(token: ApiToken) -> dict[str, Any]:
    return {
        "key": token.token_key,
        "name": token.name,
        "scope": token.scope,
        "created": token.created,
        "expiry": token.expiry,
        "used_at": token.used_at,
    }


def _session(session: Session) -> dict[str, Any]:
    return {
        "sign": session.sign,
        "browser": browsers.shown(session.agent),
        "address": session.address or "",
        "created_at": session.created_at,
        "seen_at": session.seen_at,
    }
