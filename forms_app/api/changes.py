from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.selectors import changes as selector
from forms_app.selectors.changes import NOUNS, Act, Change
from trial.access import Right, check_right
from trial.api.endpoint import Endpoint
from trial.api.schema import refuses
from trial.api.users import user_of
from trial.refusals import Refusal
from trial.selectors import changes as cursors

ROWS, MOST = 100, 500
# What is read where: of a form, and of an entry of a log. What has no address is read with its form.
OF_FORMS = {
    "record": ("api-record", "api-log-entry"),
    "comment": ("api-record", "api-log-entry"),
    "safety_alert": ("api-record", "api-log-entry"),
    "attachment": ("api-attachments", "api-log-entry"),
    "query": ("api-query", "api-log-query"),
    "verification": ("api-verification", "api-log-verification"),
    "signature": ("api-record-signatures", "api-log-signatures"),
}
EXAMPLE = OpenApiExample(
    "A saved form, and the question that a check asked",
    {
        "results": [
            {
                "noun": "record",
                "act": "created",
                "at": "2026-03-31T09:15:02.318Z",
                "site": "01",
                "participant": "01-001",
                "visit": "BL",
                "form": "pain",
                "repeat": 1,
                "item": "",
                "check": "",
                "scope": "",
                "version": 1,
                "address": "/api/v1/participants/01-001/visits/BL/forms/pain/",
            },
            {
                "noun": "query",
                "act": "asked",
                "at": "2026-03-31T09:15:02.331Z",
                "site": "01",
                "participant": "01-001",
                "visit": "BL",
                "form": "pain",
                "repeat": 1,
                "item": "nrs_worst24",
                "check": "nrs_worst24.order",
                "scope": "",
                "version": None,
                "address": "/api/v1/participants/01-001/visits/BL/forms/pain/queries/nrs_worst24.order/",
            },
        ],
        "next": "gAAAAABo-Qe5Yw3k",
        "more": False,
    },
    response_only=True,
)


class ChangeSerializer(serializers.Serializer[Any]):
    """One change. What stands now is read at `address`; null when it was deleted.

    `visit` is empty for an entry of a log, `form` for what is of no form. `scope` says what a signature or a
    lock covers.
    """

    noun = serializers.ChoiceField(choices=sorted(set(NOUNS.values())))
    act = serializers.ChoiceField(choices=[act.value for act in Act])
    at = serializers.DateTimeField()
    site = serializers.CharField(allow_blank=True, help_text="Empty for a lock of the whole study")
    participant = serializers.CharField(allow_blank=True)
    visit = serializers.CharField(allow_blank=True)
    form = serializers.CharField(allow_blank=True)
    repeat = serializers.IntegerField()
    item = serializers.CharField(allow_blank=True, help_text="Path of the item")
    check = serializers.CharField(allow_blank=True, help_text="Of a question, as in its address")
    scope = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField(allow_null=True, help_text="Of a record or visit, after the change")
    address = serializers.CharField(allow_null=True)


class ChangesSerializer(serializers.Serializer[Any]):
    """`next` is always given: ask with it at once while there is `more`, and otherwise later."""

    results = ChangeSerializer(many=True)
    next = serializers.CharField(help_text="The cursor to go on with; opaque")
    more = serializers.BooleanField()


class ChangesView(Endpoint):
    """What is new: every change of the data you may see, in the order in which the changes settled.

    Keep `next` once you have dealt with a page; after a crash ask again with the cursor you kept. So each
    change comes once, or once more, and is never left out. A change comes a little later than it was made,
    when every earlier transaction has ended. Values are not told: read what stands at the `address`.

    Without `since` it begins at the beginning; `since=now` gives a cursor and no changes. When you are given
    another role, begin at the beginning: what is new to you may be older than your cursor.
    """

    @extend_schema(
        parameters=[
            OpenApiParameter("since", str, description="`next` of an earlier answer, or `now`"),
            OpenApiParameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": MOST, "default": ROWS},
                description="Changes in one answer",
            ),
        ],
        responses=ChangesSerializer,
        examples=[EXAMPLE],
        extensions=refuses(410),
    )
    def get(self, request: Request) -> Response:
        person = user_of(request)
        check_right(person, Right.VIEW_DATA)
        since = cursors.read(request.query_params.get("since", ""), "since")
        page = selector.read(person, since, _limit(request))
        return Response(
            {
                "results": [_plain(change) for change in page.changes],
                "next": cursors.write(page.next),
                "more": page.more,
            }
        )


def _limit(request: Request) -> int:
    value = request.query_params.get("limit", str(ROWS))
    if not value.isascii() or not value.isdigit() or len(value) > 9 or not 1 <= int(value) <= MOST:
        problem = _("“limit” is a number from 1 to {most}.").format(most=MOST)
        raise Refusal("malformed", problem=problem)
    return int(value)


def _plain(change: Change) -> dict[str, Any]:
    return {
        "noun": change.noun,
        "act": change.act.value,
        "at": change.at,
        "site": change.site,
        "participant": change.participant,
        "visit": change.visit,
        "form": change.form,
        "repeat": change.repeat,
        "item": change.item,
        "check": _check(change),
        "scope": change.scope,
        "version": change.version,
        "address": None if change.act is Act.DELETED else _address(change),
    }


def _check(change: Change) -> str:
    return f"{change.item}.{change.check}" if change.noun == "query" else ""


def _address(change: Change) -> str:
    """Where what changed is read, below the host."""
    if change.noun == "lock":
        return reverse("api-lock", kwargs={"number": change.number})
    at = {"code": change.participant}
    if change.noun == "participant":
        return reverse("api-participant", kwargs=at)
    if change.noun == "visit":
        return reverse("api-visit", kwargs={**at, "visit": change.visit})
    if not change.form:
        # A signature of a visit, or of the casebook.
        name = "api-visit-signatures" if change.visit else "api-casebook-signatures"
        return reverse(name, kwargs={**at, **({"visit": change.visit} if change.visit else {})})
    return _address_of_form(change)


def _address_of_form(change: Change) -> str:
    at: dict[str, Any] = {"code": change.participant, "form": change.form}
    of_visit, of_log = OF_FORMS[change.noun]
    if change.noun == "query":
        at["check"] = _check(change)
    if change.visit:
        return reverse(of_visit, kwargs={**at, "visit": change.visit})
    return reverse(of_log, kwargs={**at, "repeat": change.repeat})
