from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from forms_app.screens.presenters import audit as presenter
from forms_app.screens.presenters.audit import Entry
from forms_app.selectors import asked_trail
from forms_app.selectors import audit as selector
from forms_app.selectors.audit import KIND_LABELS
from forms_app.selectors.history import ROUTES
from trial.access import Right, check_right
from trial.api.users import user_of

CHOICES = {"kind": ("What the change is of", list(KIND_LABELS)), "route": ("How it came", list(ROUTES))}
WORDS = {
    "site": "Code of a site",
    "participant": "Code of a participant",
    "form": "Code of a form",
    "item": "Path of an item, `side.LEFT.level` in a group",
}
NUMBERS = {
    "record": "Key of a record",
    "person": "Key of an account",
    "before": "Number of an event: the page goes on after it",
}
DAYS = {"since": "First day, as at the site", "until": "Last day, as at the site"}
PARAMETERS = [
    *(OpenApiParameter(name, str, enum=codes, description=said) for name, (said, codes) in CHOICES.items()),
    *(OpenApiParameter(name, str, description=said) for name, said in WORDS.items()),
    *(OpenApiParameter(name, int, description=said) for name, said in NUMBERS.items()),
    *(OpenApiParameter(name, OpenApiTypes.DATE, description=said) for name, said in DAYS.items()),
]


class EntrySerializer(serializers.Serializer[Any]):
    """One thing that changed: an item of a form, or a column of what else is tracked."""

    event = serializers.IntegerField()
    at = serializers.DateTimeField(help_text="UTC")
    at_site = serializers.DateTimeField(help_text="The same moment with the site's offset")
    person = serializers.CharField()
    username = serializers.CharField(help_text="Tells apart who bear one name", allow_blank=True)
    role = serializers.CharField(help_text="The roles held at the site on that day", allow_blank=True)
    kind = serializers.ChoiceField(choices=list(KIND_LABELS))
    site = serializers.CharField(allow_blank=True)
    participant = serializers.CharField(allow_blank=True)
    visit = serializers.CharField(allow_blank=True)
    form = serializers.CharField(allow_blank=True)
    repeat = serializers.IntegerField()
    item = serializers.CharField(allow_blank=True)
    label = serializers.CharField()  # type: ignore[assignment]
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    route = serializers.CharField(allow_blank=True)


class TrailSerializer(serializers.Serializer[Any]):
    """`older` is the `before` of the next page, null on the last one."""

    older = serializers.IntegerField(allow_null=True)
    results = EntrySerializer(many=True)


class AuditView(APIView):
    """The audit trail of your sites, the latest change first: one line for each item that changed.

    A page has the lines of 50 events.
    """

    @extend_schema(parameters=PARAMETERS, responses=TrailSerializer)
    def get(self, request: Request) -> Response:
        person, sent = user_of(request), request.query_params.dict()
        check_right(person, Right.VIEW_AUDIT)
        chosen = asked_trail.chosen(sent)
        page = selector.read(person, chosen, asked_trail.before(sent))
        lines = presenter.entries(page.events, chosen.item)
        return Response({"older": page.older, "results": [_plain(entry) for entry in lines]})


def _plain(entry: Entry) -> dict[str, Any]:
    return {
        "event": entry.event,
        "at": entry.at_utc,
        "at_site": entry.at_site.isoformat(),
        "person": entry.actor,
        "username": entry.username,
        "role": entry.role,
        "kind": entry.kind,
        "site": entry.site,
        "participant": entry.participant,
        "visit": entry.visit,
        "form": entry.form,
        "repeat": entry.repeat,
        "item": entry.path,
        "label": entry.label,
        "before": entry.before,
        "after": entry.after,
        "reason": entry.reason,
        "route": entry.route,
    }
