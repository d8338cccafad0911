"""Webhooks in the API: setting them up, what became of their messages, and sending them again."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from trial.access import Right, check_right, sites_with
from trial.api import parameters
from trial.api.bodies import mapping, members, text
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, page_of, page_serializer
from trial.api.preconditions import CHANGES, etag, expected_version
from trial.api.users import user_of
from trial.models import Delivery, Site, User, Webhook
from trial.models.delivery import DELIVERY_STATES, PROBLEMS
from trial.models.webhook import CHOSEN
from trial.refusals import Refusal
from trial.selectors import webhooks as selector
from trial.services import webhooks as service
from trial.services.webhooks import Setup

HAPPENINGS = [each.value for each in CHOSEN]


class WebhookSerializer(serializers.Serializer[Any]):
    """An address that is told what happens at a site; `version` is also the ETag."""

    number = serializers.IntegerField()
    site = serializers.CharField()
    name = serializers.CharField()
    address = serializers.CharField()
    events = serializers.ListField(child=serializers.ChoiceField(choices=HAPPENINGS))
    off_since = serializers.DateTimeField(allow_null=True, help_text="null while it is on")
    former_secret_until = serializers.DateTimeField(
        allow_null=True, help_text="Until when the secret before signs, too"
    )
    version = serializers.IntegerField()
    failing = serializers.IntegerField(help_text="Messages that failed and are tried again")
    lost = serializers.IntegerField(help_text="Messages of the last seven days that were given up")
    arrived_at = serializers.DateTimeField(allow_null=True, help_text="When something arrived last")


class WebhookWithSecretSerializer(WebhookSerializer):
    secret = serializers.CharField(help_text="Shown this once: it is not kept where it could be read again")


class WebhookBodySerializer(serializers.Serializer[Any]):
    """Who is told of what."""

    name = serializers.CharField(max_length=60)
    address = serializers.CharField(max_length=300, help_text="https, at a host that the server allows")
    events = serializers.ListField(child=serializers.ChoiceField(choices=HAPPENINGS), min_length=1)
    reason = serializers.CharField(max_length=300)


class NewWebhookSerializer(WebhookBodySerializer):
    site = serializers.CharField()


class WebhookMoveSerializer(serializers.Serializer[Any]):
    """`off` and `on` take a reason, `replay` a message or a period."""

    move = serializers.ChoiceField(choices=("off", "on", "ping", "replay"))
    reason = serializers.CharField(required=False, max_length=300)
    message = serializers.UUIDField(required=False, help_text="The one to be sent again")
    since = serializers.DateTimeField(required=False, help_text="Send again what happened from here on")
    until = serializers.DateTimeField(required=False, help_text="and before this; now, when absent")


class WebhookReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=300)


class DeliverySerializer(serializers.Serializer[Any]):
    """A message and what became of it. Nothing that the receiver answered is kept but the status."""

    message = serializers.UUIDField(help_text="The header webhook-id: the same in every repetition")
    event = serializers.ChoiceField(choices=[*HAPPENINGS, "ping"])
    happened_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=DELIVERY_STATES)
    attempts = serializers.IntegerField(help_text="Since it was last asked for")
    tried_at = serializers.DateTimeField(allow_null=True)
    status = serializers.IntegerField(allow_null=True, help_text="What the receiver answered last")
    problem = serializers.ChoiceField(choices=["", *PROBLEMS], help_text="Why the last attempt failed")
    next_try_at = serializers.DateTimeField(allow_null=True)
    asked_by = serializers.CharField(allow_null=True, help_text="Who had it sent again")
    body = serializers.JSONField(help_text="What is sent")


class WebhooksView(Endpoint):
    """The webhooks of the sites at which you manage them; post one to have another system told."""

    shows_a_secret = True

    @extend_schema(
        operation_id="webhooks_list", parameters=PAGING, responses=page_serializer(WebhookSerializer)
    )
    def get(self, request: Request) -> Response:
        person = user_of(request)
        check_right(person, Right.MANAGE_WEBHOOKS)
        return page_of(request, selector.visible(person), "pk").answer(_plain)

    @extend_schema(request=NewWebhookSerializer, responses={201: WebhookWithSecretSerializer})
    def post(self, request: Request) -> Response:
        person = user_of(request)
        check_right(person, Right.MANAGE_WEBHOOKS)
        body = mapping(request, "site", "name", "address", "events", "reason")
        site, reason = _site(person, text(body, "site")), text(body, "reason")
        made, secret = service.add(by=person, site=site, setup=_setup(body), reason=reason)
        return _answer(person, made.pk, 201, secret=secret)


class WebhookView(Endpoint):
    """One webhook; put what is to be changed of it, post a move: off, on, ping, replay."""

    @extend_schema(responses=WebhookSerializer)
    def get(self, request: Request, number: int) -> Response:
        return _answer(user_of(request), number)

    @extend_schema(parameters=[CHANGES], request=WebhookBodySerializer, responses=WebhookSerializer)
    def put(self, request: Request, number: int) -> Response:
        person, version = user_of(request), expected_version(request)
        found = selector.get(person, number)
        body = mapping(request, "name", "address", "events", "reason")
        service.change(
            by=person,
            webhook=found,
            setup=_setup(body),
            expected_version=version or 0,
            reason=text(body, "reason"),
        )
        return _answer(person, number)

    @extend_schema(operation_id="webhooks_move", request=WebhookMoveSerializer, responses=WebhookSerializer)
    def post(self, request: Request, number: int) -> Response:
        person = user_of(request)
        found = selector.get(person, number)
        body = mapping(request, "move", "reason", "message", "since", "until")
        move = MOVES.get(text(body, "move"))
        if move is None:
            raise Refusal("malformed", problem=_("“move” is one of: {known}.").format(known=", ".join(MOVES)))
        members(body, "move", *move.takes)
        move.make(person, found, body)
        return _answer(person, number)


class WebhookSecretView(Endpoint):
    """Post a reason to get a new secret; the one before signs beside it for a day."""

    shows_a_secret = True

    @extend_schema(request=WebhookReasonSerializer, responses={201: WebhookWithSecretSerializer})
    def post(self, request: Request, number: int) -> Response:
        person = user_of(request)
        found = selector.get(person, number)
        reason = text(mapping(request, "reason"), "reason")
        _renewed, secret = service.renew_secret(by=person, webhook=found, reason=reason)
        return _answer(person, number, 201, secret=secret)


class DeliveriesView(Endpoint):
    """The messages of a webhook, the newest first: what is sent, to be sent or given up."""

    @extend_schema(
        operation_id="webhook_deliveries_list",
        parameters=[
            OpenApiParameter("state", str, enum=DELIVERY_STATES, description="Only this state"),
            *PAGING,
        ],
        responses=page_serializer(DeliverySerializer),
    )
    def get(self, request: Request, number: int) -> Response:
        found = selector.get(user_of(request), number)
        sent = selector.log(found, parameters.one_of(request, "state", DELIVERY_STATES))
        return page_of(request, sent, "-pk").answer(_delivery)


def _switch(by: User, found: Webhook, body: dict[str, Any]) -> None:
    service.switch(by=by, webhook=found, on=body["move"] == "on", reason=text(body, "reason"))


def _ping(by: User, found: Webhook, body: dict[str, Any]) -> None:
    service.ping(by=by, webhook=found)


def _replay(by: User, found: Webhook, body: dict[str, Any]) -> None:
    if "message" in body:
        service.replay(by=by, webhook=found, number=_number(text(body, "message")))
        return
    since, until = _moment(body, "since"), _moment(body, "until") if "until" in body else timezone.now()
    service.replay_period(by=by, webhook=found, since=since, until=until)


@dataclass(frozen=True)
class Move:
    """What can be done about a webhook, and the members that it takes."""

    make: Callable[[User, Webhook, dict[str, Any]], None]
    takes: tuple[str, ...] = ()


MOVES = {
    "off": Move(_switch, ("reason",)),
    "on": Move(_switch, ("reason",)),
    "ping": Move(_ping),
    "replay": Move(_replay, ("message", "since", "until")),
}


def _answer(person: User, number: int, status: int = 200, **more: Any) -> Response:
    found = selector.get(person, number)
    return Response({**_plain(found), **more}, status, headers=etag(found.version))


def _plain(found: Webhook) -> dict[str, Any]:
    return {
        "number": found.pk,
        "site": found.site.code,
        "name": found.name,
        "address": found.address,
        "events": [each.value for each in found.chosen],
        "off_since": found.off_since,
        "former_secret_until": found.former_until,
        "version": found.version,
        "failing": found.failing,  # type: ignore[attr-defined]
        "lost": found.lost,  # type: ignore[attr-defined]
        "arrived_at": found.arrived_at,  # type: ignore[attr-defined]
    }


def _delivery(sent: Delivery) -> dict[str, Any]:
    return {
        "message": sent.message,
        "event": sent.happening,
        "happened_at": sent.happened_at,
        "state": sent.state,
        "attempts": sent.attempts,
        "tried_at": sent.tried_at,
        "status": sent.status,
        "problem": sent.problem,
        "next_try_at": sent.next_try_at,
        "asked_by": sent.asked_by.full_name if sent.asked_by else None,
        "body": json.loads(sent.body),
    }


def _setup(body: dict[str, Any]) -> Setup:
    events = body.get("events")
    if not isinstance(events, list) or not all(isinstance(each, str) for each in events):
        raise Refusal("malformed", problem=_("“events” must be a list of text."))
    return Setup(name=text(body, "name"), address=text(body, "address"), happenings=tuple(events))


def _site(by: User, code: str) -> Site:
    known = {site.code: site for site in sites_with(by, Right.MANAGE_WEBHOOKS)}
    if code not in known:
        raise Refusal("malformed", problem=_("Give “site”, one of: {sites}.").format(sites=", ".join(known)))
    return known[code]


def _number(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise Refusal("webhook_nothing") from None


def _moment(body: dict[str, Any], name: str) -> datetime:
    try:
        moment = parse_datetime(text(body, name))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        problem = _("“{name}” must be a moment with its zone, for example 2026-11-23T09:00:00Z.")
        raise Refusal("malformed", problem=problem.format(name=name))
    return moment
