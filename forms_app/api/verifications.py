from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.api.records import FORM, find_record
from forms_app.models.verification import VERIFICATION_STATES, VERIFIED, WITHDRAWN
from forms_app.selectors import content_hash, stored
from forms_app.selectors import verifications as selector
from forms_app.services import verifications as service
from trial.api.bodies import mapping, text
from trial.api.endpoint import Endpoint
from trial.api.users import user_of
from trial.crf import registry
from trial.models import Record
from trial.refusals import Refusal
from trial.selectors import participants

MOVES = (VERIFIED, WITHDRAWN)


class VerifiedItemSerializer(serializers.Serializer[Any]):
    """One item; `state` is null where nobody said anything, `required` what the plan asks for."""

    required = serializers.BooleanField()  # type: ignore[assignment]  # what a field calls its own duty
    state = serializers.ChoiceField(choices=VERIFICATION_STATES, allow_null=True)
    verified_by = serializers.CharField(allow_null=True)
    verified_at = serializers.DateTimeField(allow_null=True)


class VerificationSerializer(serializers.Serializer[Any]):
    """How far the verification of a form is, in items, and what was said of each by its path."""

    required = serializers.IntegerField()  # type: ignore[assignment]
    verified = serializers.IntegerField()
    changed = serializers.IntegerField(help_text="Changed since they were verified")
    open = serializers.IntegerField()
    content_hash = serializers.CharField(help_text="That of the content of the form as it is stored now")
    items = serializers.DictField(child=VerifiedItemSerializer())


class VerifySerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=MOVES)
    content_hash = serializers.CharField(
        required=False, help_text="To verify: that of the content which was compared with its source"
    )
    items = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text="Paths of items; without them all that the plan asks for is verified",
    )
    reason = serializers.CharField(required=False, help_text="Why the verification is withdrawn")


class VerificationView(Endpoint):
    """What a monitor compared with its source on a filled form; put to verify answers, or withdraw it."""

    @extend_schema(parameters=[FORM], responses=VerificationSerializer)
    def get(
        self, request: Request, code: str, form: str, visit: str | None = None, repeat: int = 1
    ) -> Response:
        record = find_record(participants.get(user_of(request), code), form, visit, repeat)
        return Response(_plain(record))

    @extend_schema(parameters=[FORM], request=VerifySerializer, responses=VerificationSerializer)
    def put(
        self, request: Request, code: str, form: str, visit: str | None = None, repeat: int = 1
    ) -> Response:
        record = find_record(participants.get(user_of(request), code), form, visit, repeat)
        _act(request, record)
        return Response(_plain(record))


def _act(request: Request, record: Record) -> None:
    body, by = mapping(request, "state", "content_hash", "items", "reason"), user_of(request)
    match text(body, "state"):
        case "verified":
            service.verify(by=by, record=record, shown_hash=text(body, "content_hash"), items=_items(body))
        case "verification withdrawn":
            reason = text(body, "reason")
            service.withdraw(by=by, record=record, items=_items(body) or (), reason=reason)
        case _:
            problem = _("“state” is one of: {states}.").format(states=", ".join(MOVES))
            raise Refusal("malformed", problem=problem)


def _items(body: dict[str, Any]) -> list[str] | None:
    """The paths that were sent; None when none were named."""
    items = body.get("items")
    if items is None:
        return None
    if not isinstance(items, list) or not all(isinstance(each, str) for each in items):
        raise Refusal("malformed", problem=_("“items” must be a list of paths."))
    return items


def _plain(record: Record) -> dict[str, Any]:
    form = registry.form(record.form)
    assert form is not None
    shown_hash = content_hash.of_record(record).hash
    answers, marked = stored.read([record])[record.pk], selector.marks(record)
    there = [] if record.removed else selector.answered(form, answers)
    asked = set(selector.required(record.participant.code, form, there))
    standing = selector.standing(record.participant.code, form, answers, marked)
    if record.removed:
        standing = selector.NOTHING
    return {
        "required": standing.required,
        "verified": standing.verified,
        "changed": standing.changed,
        "open": standing.open,
        "content_hash": shown_hash,
        "items": {path: _item(marked.get(path), path in asked) for path in dict.fromkeys([*there, *marked])},
    }


def _item(mark: selector.Mark | None, required: bool) -> dict[str, Any]:
    return {
        "required": required,
        "state": mark.state if mark else None,
        "verified_by": mark.by if mark else None,
        "verified_at": mark.at if mark else None,
    }
