from collections.abc import Callable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.models import Lock
from forms_app.models.lock import FROZEN, LOCK_KINDS, LOCK_SCOPES, LOCKED
from forms_app.selectors import locks as selector
from forms_app.selectors import open_points
from forms_app.selectors.lock_target import Named, find_target
from forms_app.services import locks as service
from trial.access import Right, check_right, sites_with
from trial.api import parameters
from trial.api.bodies import mapping, text
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, page_of, page_serializer
from trial.api.schema import refuses
from trial.api.users import user_of
from trial.models import User
from trial.refusals import Refusal

MOVES: dict[str, Callable[..., Lock]] = {
    "release": service.release,
    "request": service.request_unlock,
    "approve": service.approve,
    "decline": service.decline,
}
MEMBERS = ("kind", "scope", "site", "participant", "visit", "form", "repeat", "reason", "seen")


class OpenPointSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="What is open")
    site = serializers.CharField()
    participant = serializers.CharField()
    visit = serializers.CharField(allow_blank=True)
    form = serializers.CharField(allow_blank=True)
    repeat = serializers.IntegerField()
    item = serializers.CharField(allow_blank=True)


class LockReportSerializer(serializers.Serializer[Any]):
    """What was open when it was locked, as far as you may know it; the points are those of your sites."""

    people = serializers.IntegerField()
    records = serializers.IntegerField()
    complete = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    points = OpenPointSerializer(many=True)


class LockSerializer(serializers.Serializer[Any]):
    """A freeze or a lock; in force until it is released, and kept after it."""

    number = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=LOCK_KINDS)
    scope = serializers.ChoiceField(choices=LOCK_SCOPES)
    site = serializers.CharField(allow_null=True)
    participant = serializers.CharField(allow_null=True)
    visit = serializers.CharField(allow_null=True)
    form = serializers.CharField(allow_null=True)
    repeat = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()
    set_by = serializers.CharField()
    set_at = serializers.DateTimeField()
    unlock_requested_by = serializers.CharField(allow_null=True)
    unlock_requested_at = serializers.DateTimeField(allow_null=True)
    unlock_reason = serializers.CharField(allow_blank=True)
    released_by = serializers.CharField(allow_null=True)
    released_at = serializers.DateTimeField(allow_null=True)


class LockWithReportSerializer(LockSerializer):
    report = LockReportSerializer(allow_null=True)
    seal = serializers.IntegerField(
        allow_null=True, help_text="The seal that covers it; null until it is made"
    )


class LockBodySerializer(serializers.Serializer[Any]):
    """What to freeze or lock, by its codes: those that the scope needs."""

    kind = serializers.ChoiceField(choices=LOCK_KINDS)
    scope = serializers.ChoiceField(choices=LOCK_SCOPES)
    site = serializers.CharField(required=False)
    participant = serializers.CharField(required=False)
    visit = serializers.CharField(required=False)
    form = serializers.CharField(required=False)
    repeat = serializers.IntegerField(required=False, help_text="Number of the entry of a log")
    reason = serializers.CharField(max_length=300)
    seen = serializers.CharField(
        required=False,
        help_text="The sign of what is open, from the refusal lock_open_points: lock nevertheless",
    )


class LockMoveSerializer(serializers.Serializer[Any]):
    move = serializers.ChoiceField(choices=tuple(MOVES))
    reason = serializers.CharField(max_length=300)


class LocksView(Endpoint):
    """The freezes and locks of your sites, the latest first; post one to freeze or lock."""

    @extend_schema(
        parameters=[
            OpenApiParameter("kind", str, enum=LOCK_KINDS, description="Only this kind"),
            OpenApiParameter("scope", str, enum=LOCK_SCOPES, description="Only this scope"),
            OpenApiParameter("site", str, description="Only those set over this site, or within it"),
            OpenApiParameter("participant", str, description="Only those set within this participant"),
            OpenApiParameter("in_force", bool, description="Only those in force, or released"),
            *PAGING,
        ],
        responses=page_serializer(LockSerializer),
    )
    def get(self, request: Request) -> Response:
        check_right(user_of(request), Right.VIEW_DATA)
        found = selector.visible(user_of(request)).filter(_asked(request))
        return page_of(request, found, "-set_at", "-pk").answer(_plain)

    @extend_schema(
        request=LockBodySerializer, responses={201: LockWithReportSerializer}, extensions=refuses(404)
    )
    def post(self, request: Request) -> Response:
        person, body = user_of(request), mapping(request, *MEMBERS)
        _check_may_lock(person)
        target = find_target(person, _named(body))
        kind, reason = text(body, "kind"), text(body, "reason")
        if kind == FROZEN:
            put = service.freeze(by=person, target=target, reason=reason)
        elif kind == LOCKED:
            put = service.lock(by=person, target=target, reason=reason, seen=text(body, "seen"))
        else:
            raise Refusal("malformed", problem=_("“kind” is frozen or locked."))
        return Response(_whole(person, selector.get(person, put.pk)), 201)


class LockView(Endpoint):
    """One freeze or lock, with what was open; post a move: release, request, approve, decline."""

    @extend_schema(responses=LockWithReportSerializer)
    def get(self, request: Request, number: int) -> Response:
        return Response(_whole(user_of(request), selector.get(user_of(request), number)))

    @extend_schema(operation_id="locks_move", request=LockMoveSerializer, responses=LockWithReportSerializer)
    def post(self, request: Request, number: int) -> Response:
        person = user_of(request)
        found = selector.get(person, number)
        body = mapping(request, "move", "reason")
        move = MOVES.get(text(body, "move"))
        if move is None:
            raise Refusal("malformed", problem=_("“move” is one of: {known}.").format(known=", ".join(MOVES)))
        move(by=person, lock=found, reason=text(body, "reason"))
        return Response(_whole(person, selector.get(person, number)))


def _check_may_lock(person: User) -> None:
    """Whoever may lock nothing learns nothing of what is there."""
    if not (sites_with(person, Right.LOCK) or sites_with(person, Right.LOCK_STUDY)):
        check_right(person, Right.LOCK)


def _asked(request: Request) -> Q:
    in_force = parameters.yes(request, "in_force")
    parts = {
        "kind": parameters.one_of(request, "kind", LOCK_KINDS),
        "scope": parameters.one_of(request, "scope", LOCK_SCOPES),
        "site__code": parameters.word(request, "site"),
        "participant__code": parameters.word(request, "participant"),
    }
    found = Q(**{name: value for name, value in parts.items() if value})
    return found if in_force is None else found & Q(released_at__isnull=in_force)


def _named(body: dict[str, Any]) -> Named:
    repeat = body.get("repeat", 1)
    if isinstance(repeat, bool) or not isinstance(repeat, int) or not 0 < repeat < 10_000:
        raise Refusal("malformed", problem=_("“repeat” is the number of an entry."))
    named = {name: text(body, name) for name in ("scope", "site", "participant", "visit", "form")}
    return Named(**named, repeat=repeat)


def _plain(lock: Lock) -> dict[str, Any]:
    record = lock.record
    return {
        "number": lock.pk,
        "kind": lock.kind,
        "scope": lock.scope,
        "site": lock.site and lock.site.code,
        "participant": lock.participant and lock.participant.code,
        "visit": lock.visit and lock.visit.code,
        "form": record and record.form,
        "repeat": record and record.repeat,
        "reason": lock.reason,
        "set_by": lock.set_by.full_name,
        "set_at": lock.set_at,
        "unlock_requested_by": lock.unlock_requested_by and lock.unlock_requested_by.full_name,
        "unlock_requested_at": lock.unlock_requested_at,
        "unlock_reason": lock.unlock_reason,
        "released_by": lock.released_by and lock.released_by.full_name,
        "released_at": lock.released_at,
    }


def _whole(person: User, lock: Lock) -> dict[str, Any]:
    seal = selector.seal_of(lock)
    report = open_points.told(person, lock.report) or None
    return {**_plain(lock), "report": report, "seal": seal and seal.number}
