from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from trial.api.bodies import mapping, text
from trial.api.endpoint import Endpoint
from trial.api.preconditions import PRECONDITIONS, etag, expected_version
from trial.api.users import user_of
from trial.crf.codelists import CONTACT_MODE
from trial.models import Participant, Visit
from trial.protocol import STUDY
from trial.protocol.schedule import Visit as PlannedVisit
from trial.refusals import Refusal
from trial.selectors import participants as selector
from trial.selectors.anchors import injection_date
from trial.services import visits as service
from trial.services.visits import VisitDetails, plain

NOT_RECORDED = {
    "occurred": None,
    "date": None,
    "contact_mode": "",
    "reason_not_done": "",
    "reason_unscheduled": "",
    "version": None,
}

# What the service calls otherwise.
NAMES = {"visit_date": "date"}
BODY = ("occurred", "date", "contact_mode", "reason_not_done", "reason_unscheduled", "reason")


class WindowSerializer(serializers.Serializer[Any]):
    first = serializers.DateField()
    target = serializers.DateField()
    last = serializers.DateField()


class VisitSerializer(serializers.Serializer[Any]):
    """A planned or unscheduled visit; `version` is null before it was recorded."""

    visit = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    window = WindowSerializer(allow_null=True)
    days_outside = serializers.IntegerField(
        allow_null=True, help_text="Days before (negative) or after the window; 0 inside; null without both"
    )
    occurred = serializers.BooleanField(allow_null=True)
    date = serializers.DateField(allow_null=True)
    contact_mode = serializers.CharField()
    reason_not_done = serializers.CharField()
    reason_unscheduled = serializers.CharField()
    version = serializers.IntegerField(allow_null=True)


class VisitBodySerializer(serializers.Serializer[Any]):
    occurred = serializers.BooleanField(default=True)
    date = serializers.DateField(required=False)
    contact_mode = serializers.ChoiceField(choices=CONTACT_MODE.terms, required=False)
    reason_not_done = serializers.CharField(required=False)
    reason_unscheduled = serializers.CharField(required=False, help_text="Needed for unscheduled visits")
    reason = serializers.CharField(required=False, help_text="Needed to correct a recorded visit")


class VisitView(Endpoint):
    """One visit: its window, and what was recorded about it."""

    @extend_schema(responses=VisitSerializer)
    def get(self, request: Request, code: str, visit: str) -> Response:
        participant = selector.get(user_of(request), code)
        recorded = participant.visits.filter(code=visit).first() if STUDY.schedule.declared(visit) else None
        planned = _declared(visit) if recorded else service.planned_visit(visit)
        return _answer(participant, planned, recorded, 200)

    @extend_schema(
        parameters=PRECONDITIONS,
        request=VisitBodySerializer,
        responses={200: VisitSerializer, 201: VisitSerializer},
    )
    def put(self, request: Request, code: str, visit: str) -> Response:
        participant = selector.get(user_of(request), code)
        version = expected_version(request)
        body = mapping(request, *BODY)
        with _errors_by_own_names():
            saved = service.save(
                by=user_of(request),
                participant=participant,
                code=visit,
                details=_details(body),
                expected_version=version,
                reason=text(body, "reason"),
            )
        return _answer(participant, service.planned_visit(visit), saved, 201 if version is None else 200)


def plain_visits(participant: Participant) -> list[dict[str, Any]]:
    """The visits of a participant, recorded or not, in the order of the schedule; two statements."""
    recorded = {visit.code: visit for visit in participant.visits.all()}
    codes = {visit.code for visit in STUDY.schedule.planned} | set(recorded)
    anchor = injection_date(participant)
    ordered = sorted(codes, key=STUDY.schedule.position)
    return [_plain(_declared(each), recorded.get(each), anchor) for each in ordered]


@contextmanager
def _errors_by_own_names() -> Iterator[None]:
    """What is wrong is told by the names that a client sends."""
    try:
        yield
    except Refusal as refusal:
        if errors := refusal.extra.get("errors"):
            refusal.extra["errors"] = {NAMES.get(name, name): said for name, said in errors.items()}
        raise


def _declared(code: str) -> PlannedVisit:
    """The visit in the protocol; one that was recorded stays readable when it is switched off later."""
    declared = STUDY.schedule.declared(code)
    if declared is None:
        raise Refusal("visit_unknown", visit=code)
    return declared


def _details(body: dict[str, Any]) -> VisitDetails:
    occurred = body.get("occurred", True)
    if not isinstance(occurred, bool):
        raise Refusal("malformed", problem=_("“occurred” must be true or false."))
    return VisitDetails(
        occurred=occurred,
        visit_date=_date(text(body, "date")),
        contact_mode=text(body, "contact_mode"),
        reason_not_done=text(body, "reason_not_done"),
        reason_unscheduled=text(body, "reason_unscheduled"),
    )


def _date(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        problem = _("“date” must be a date like 2026-03-31; “{value}” is none.").format(value=value)
        raise Refusal("malformed", problem=problem) from None


def _answer(participant: Participant, planned: PlannedVisit, visit: Visit | None, status: int) -> Response:
    headers = etag(visit.version) if visit else None
    return Response(_plain(planned, visit, injection_date(participant)), status, headers=headers)


def _plain(planned: PlannedVisit, visit: Visit | None, anchor: date | None) -> dict[str, Any]:
    window, day = planned.window(anchor), visit.visit_date if visit else None
    return {
        "visit": planned.code,
        "label": _(planned.label),
        "window": window and {"first": window.first, "target": window.target, "last": window.last},
        "days_outside": window.days_outside(day) if window and day else None,
        **(plain(visit) if visit else NOT_RECORDED),
    }
