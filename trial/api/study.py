"""The study as it is declared: its visits with their windows, its logs, and the forms that belong to each.

What a form asks stands in the codebook and in the schema of the operation that saves it.
"""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, page_among, page_serializer
from trial.crf import registry
from trial.crf.answers import Answers
from trial.lifecycle import PARTICIPANT_STATES
from trial.protocol import STUDY
from trial.protocol.schedule import Log, Visit
from trial.refusals import Refusal

FORMS = serializers.ListField(child=serializers.ChoiceField(choices=registry.codes()))


class PlannedVisitSerializer(serializers.Serializer[Any]):
    """Days count from the injection; a visit without `offset` has no window."""

    visit = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # what a field calls its own label
    offset = serializers.IntegerField(allow_null=True)
    before = serializers.IntegerField(help_text="Days of tolerance before")
    after = serializers.IntegerField(help_text="Days of tolerance after")
    opens = serializers.ChoiceField(
        choices=PARTICIPANT_STATES, help_text="The earliest state of a participant in which it is recorded"
    )
    forms = FORMS


class DeclaredLogSerializer(serializers.Serializer[Any]):
    """A form of no visit: one entry for each event, or one in all."""

    form = serializers.ChoiceField(choices=registry.codes())
    opens = serializers.ChoiceField(choices=PARTICIPANT_STATES)
    repeats = serializers.BooleanField()


class ConsentVersionSerializer(serializers.Serializer[Any]):
    version = serializers.CharField()
    languages = serializers.ListField(child=serializers.CharField())
    approved_on = serializers.DateField()
    superseded_on = serializers.DateField(allow_null=True)


class StudySerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    title = serializers.CharField()
    protocol_version = serializers.CharField()
    visits = PlannedVisitSerializer(many=True, help_text="In the order of time")
    unscheduled_forms = FORMS
    logs = DeclaredLogSerializer(many=True)
    outcomes = serializers.ListField(child=serializers.CharField(), help_text="Of the declared analyses")
    consent_versions = ConsentVersionSerializer(many=True)


class StudyFormSerializer(serializers.Serializer[Any]):
    """A form and where it stands: at visits, or as a log."""

    form = serializers.ChoiceField(choices=registry.codes())
    title = serializers.CharField()
    visits = serializers.ListField(child=serializers.CharField())
    log = DeclaredLogSerializer(allow_null=True)
    groups = serializers.ListField(child=serializers.CharField(), help_text="Rows that repeat inside it")


class StudyView(Endpoint):
    """The study, its visits and logs, in the version of the protocol that is in use."""

    @extend_schema(responses=StudySerializer)
    def get(self, request: Request) -> Response:
        return Response(
            {
                "code": STUDY.code,
                "title": _(STUDY.title),
                "protocol_version": STUDY.protocol_version,
                "visits": [_visit(visit) for visit in STUDY.schedule.planned],
                "unscheduled_forms": list(STUDY.schedule.unscheduled_forms),
                "logs": [_log(log) for log in STUDY.schedule.logs],
                "outcomes": list(STUDY.outcomes),
                "consent_versions": ConsentVersionSerializer(STUDY.consent_versions, many=True).data,
            }
        )


class FormsView(Endpoint):
    """The forms, in the order of the casebook."""

    @extend_schema(parameters=PAGING, responses=page_serializer(StudyFormSerializer))
    def get(self, request: Request) -> Response:
        page = page_among(request, enumerate(registry.FORMS), lambda each: (each[0],))
        return page.answer(lambda each: _form(each[1]))


class FormView(Endpoint):
    """One form."""

    @extend_schema(responses=StudyFormSerializer)
    def get(self, request: Request, form: str) -> Response:
        declared = registry.form(form)
        if declared is None:
            raise Refusal("not_found")
        return Response(_form(declared))


def _visit(visit: Visit) -> dict[str, Any]:
    return {
        "visit": visit.code,
        "label": _(visit.label),
        "offset": visit.offset,
        "before": visit.before,
        "after": visit.after,
        "opens": visit.opens,
        "forms": list(visit.forms),
    }


def _log(log: Log) -> dict[str, Any]:
    return {"form": log.form, "opens": log.opens, "repeats": log.repeats}


def _form(form: type[Answers]) -> dict[str, Any]:
    log = STUDY.schedule.log(form.code)
    return {
        "form": form.code,
        "title": _(form.title),
        "visits": [visit.code for visit in STUDY.schedule.planned if form.code in visit.forms],
        "log": log and _log(log),
        "groups": [group.code for group in form.groups],
    }
