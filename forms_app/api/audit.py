from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.screens.presenters import audit as presenter
from forms_app.screens.presenters.audit import Entry
from forms_app.selectors import asked_trail
from forms_app.selectors import audit as selector
from forms_app.selectors.audit import KIND_LABELS, Told
from forms_app.selectors.history import ROUTES
from trial.access import Right, check_right
from trial.api import parameters
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, Key, page_read, page_serializer
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


class AuditView(Endpoint):
    """The audit trail of your sites, the latest change first: one line for each item that changed.

    `limit` is of events; each has a line for each item that it changed, and they are never parted.
    """

    @extend_schema(
        parameters=[*PARAMETERS, *PAGING],
        responses=page_serializer(EntrySerializer),
    )
    def get(self, request: Request) -> Response:
        person, sent = user_of(request), request.query_params.dict()
        check_right(person, Right.VIEW_AUDIT)
        parameters.filled(request, (*CHOICES, *NUMBERS, *DAYS))
        chosen = asked_trail.chosen(sent)

        def read(key: Key | None, back: bool, most: int) -> list[Told]:
            beyond = {"after" if back else "before": key[0]} if key else {}
            return selector.read_some(person, chosen, most, **beyond)

        page = page_read(request, "event", read, lambda event: (event.id,))
        return page.of([_plain(entry) for entry in presenter.entries(page.rows, chosen.item)])


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
