"""People and their roles, for who looks after them and for who may see them.

Passwords and second factors are no business of a program: a person sets the one by a link, and the other in a
browser.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from trial.access import Right, Role, check_right, sites_with
from trial.api import parameters
from trial.api.bodies import mapping, text
from trial.api.endpoint import Endpoint
from trial.api.own_account import RoleSerializer, plain_role
from trial.api.paging import PAGING, page_among, page_serializer
from trial.api.users import user_of
from trial.models import Site, User
from trial.refusals import Refusal
from trial.selectors import accounts as selector
from trial.selectors.accounts import Account
from trial.services import accounts as service

ROLES = [role.value for role in Role]
MOVES: dict[str, Callable[..., None]] = {"close": service.close, "reopen": service.reopen}


class AccountSerializer(serializers.Serializer[Any]):
    """An account, with its roles at the sites that you may see."""

    number = serializers.IntegerField()
    username = serializers.CharField()
    full_name = serializers.CharField()
    email = serializers.CharField(allow_blank=True)
    active = serializers.BooleanField(help_text="Whether it is open")
    second_factor = serializers.BooleanField()
    used_at = serializers.DateTimeField(
        allow_null=True, help_text="The last sign-in, or the last use of a token"
    )
    unused = serializers.BooleanField(help_text=f"Open, and not used for {selector.UNUSED.days} days")
    managed = serializers.BooleanField(help_text="Whether you may change it")
    roles = RoleSerializer(many=True)


class AccountMoveSerializer(serializers.Serializer[Any]):
    move = serializers.ChoiceField(choices=tuple(MOVES))
    reason = serializers.CharField()


class NewRoleSerializer(serializers.Serializer[Any]):
    site = serializers.CharField()
    role = serializers.ChoiceField(choices=ROLES)
    valid_from = serializers.DateField(required=False, help_text="Today at the site, when absent")
    valid_to = serializers.DateField(required=False)
    reason = serializers.CharField()


class RoleEndSerializer(serializers.Serializer[Any]):
    last_day = serializers.DateField(required=False, help_text="It ends at once, when absent")
    reason = serializers.CharField()


class AccountsView(Endpoint):
    """The accounts that you may see, by name. One is made on a page, which sends the link for a password."""

    @extend_schema(
        parameters=[
            OpenApiParameter("site", str, description="Only those with a role at this site"),
            OpenApiParameter("role", str, enum=ROLES, description="Only those with this role"),
            OpenApiParameter("active", bool, description="Only open ones, or closed ones"),
            *PAGING,
        ],
        responses=page_serializer(AccountSerializer),
    )
    def get(self, request: Request) -> Response:
        person = user_of(request)
        check_right(person, Right.VIEW_ACCOUNTS)
        site, role = parameters.word(request, "site"), parameters.one_of(request, "role", ROLES)
        active = parameters.yes(request, "active")
        found = [
            each
            for each in {account.user.pk: account for account in selector.visible(person)}.values()
            if active in (None, each.user.is_active) and (not (site or role) or _holds(each, site, role))
        ]
        page = page_among(request, found, lambda each: (each.user.full_name, each.user.username))
        return page.answer(_plain)


class AccountView(Endpoint):
    """One account; post a move: close, reopen."""

    @extend_schema(responses=AccountSerializer)
    def get(self, request: Request, number: int) -> Response:
        return Response(_plain(selector.get(user_of(request), number)))

    @extend_schema(operation_id="accounts_move", request=AccountMoveSerializer, responses=AccountSerializer)
    def post(self, request: Request, number: int) -> Response:
        person = user_of(request)
        user = _managed(person, number).user
        body = mapping(request, "move", "reason")
        move = MOVES.get(text(body, "move"))
        if move is None:
            raise Refusal("malformed", problem=_("“move” is one of: {known}.").format(known=", ".join(MOVES)))
        move(by=person, user=user, reason=text(body, "reason"))
        return Response(_plain(selector.get(person, number)))


class AccountRolesView(Endpoint):
    """Post a role to give it."""

    @extend_schema(request=NewRoleSerializer, responses={201: RoleSerializer})
    def post(self, request: Request, number: int) -> Response:
        person = user_of(request)
        user = _managed(person, number).user
        body = mapping(request, "site", "role", "valid_from", "valid_to", "reason")
        given = service.give_role(
            by=person,
            user=user,
            site=_site(person, text(body, "site")),
            role=_role(text(body, "role")),
            valid_from=_day(body, "valid_from"),
            valid_to=_day(body, "valid_to"),
            reason=text(body, "reason"),
        )
        return Response(plain_role(given), 201)


class AccountRoleEndView(Endpoint):
    """Let a role end, at once or with a day."""

    @extend_schema(request=RoleEndSerializer, responses=RoleSerializer)
    def post(self, request: Request, number: int, role: int) -> Response:
        person = user_of(request)
        account = _managed(person, number)
        membership = next((each for each in account.memberships if each.pk == role), None)
        if membership is None:
            raise Refusal("not_found")
        body = mapping(request, "last_day", "reason")
        ended = service.end_role(
            by=person, membership=membership, last_day=_day(body, "last_day"), reason=text(body, "reason")
        )
        return Response(plain_role(ended))


def _managed(by: User, number: int) -> Account:
    """The account of an act. Who may only see it is refused, and who may not even that finds nothing."""
    account = selector.get(by, number)
    check_right(by, Right.MANAGE_ACCOUNTS)
    return account


def _holds(account: Account, site: str, role: str) -> bool:
    return any(site in ("", each.site.code) and role in ("", each.role) for each in account.memberships)


def _site(by: User, code: str) -> Site:
    known = {site.code: site for site in sites_with(by, Right.MANAGE_ACCOUNTS)}
    if code not in known:
        raise Refusal("malformed", problem=_("Give “site”, one of: {sites}.").format(sites=", ".join(known)))
    return known[code]


def _role(name: str) -> Role:
    try:
        return Role(name)
    except ValueError:
        problem = _("“{name}” must be one of: {known}.").format(name="role", known=", ".join(ROLES))
        raise Refusal("malformed", problem=problem) from None


def _day(body: dict[str, Any], name: str) -> date | None:
    value = text(body, name)
    try:
        return None if body.get(name) is None else date.fromisoformat(value)
    except ValueError:
        problem = _("“{name}” must be a date like 2026-03-31; “{value}” is none.")
        raise Refusal("malformed", problem=problem.format(name=name, value=value)) from None


def _plain(account: Account) -> dict[str, Any]:
    user = account.user
    return {
        "number": user.pk,
        "username": user.username,
        "full_name": user.full_name,
        "email": user.email,
        "active": user.is_active,
        "second_factor": account.second_factor,
        "used_at": account.used_at,
        "unused": account.unused,
        "managed": account.managed,
        "roles": [plain_role(each) for each in account.memberships],
    }
