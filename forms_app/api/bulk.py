from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.api.records import SavedSerializer, plain_saved, submission_of, texts
from forms_app.services import records as service
from trial.access import Right, check_right
from trial.api.bodies import mapping, members, text
from trial.api.endpoint import Endpoint
from trial.api.problems import problem
from trial.api.users import user_of
from trial.models import Participant, User
from trial.refusals import Refusal
from trial.selectors import participants

MOST = 200
MULTI_STATUS = 207
LARGEST_NUMBER = 999_999_999
MEMBERS = (
    *("participant", "visit", "form", "repeat", "version"),
    *("items", "missing", "groups", "explanations", "comments", "reason"),
)
EXAMPLES = [
    OpenApiExample(
        "One form to create and one to change",
        {
            "atomic": False,
            "records": [
                {
                    "participant": "01-001",
                    "visit": "W2",
                    "form": "pain",
                    "items": {"nrs_avg24": 3, "nrs_worst24": 5},
                },
                {
                    "participant": "01-002",
                    "visit": "BL",
                    "form": "pain",
                    "version": 4,
                    "items": {"nrs_avg24": 7, "nrs_worst24": 8},
                    "reason": "read again",
                },
            ],
        },
        request_only=True,
    ),
    OpenApiExample(
        "The first was saved, the second was not",
        {
            "saved": 1,
            "refused": 1,
            "results": [
                {
                    "status": 201,
                    "record": {
                        "form": "pain",
                        "repeat": 1,
                        "state": "complete",
                        "version": 1,
                        "derived": {},
                        "unanswered": [],
                        "queries": [],
                        "settled": [],
                    },
                },
                {
                    "status": 412,
                    "problem": {
                        "type": "/api/v1/docs/#problem-301",
                        "title": "Somebody saved in between",
                        "status": 412,
                        "detail": "This was changed after you opened it. Compare both versions.",
                        "code": "version_stale",
                        "current": None,
                    },
                },
            ],
        },
        response_only=True,
        status_codes=[str(MULTI_STATUS)],
    ),
]


class RowSerializer(serializers.Serializer[Any]):
    """A whole form, as a PUT of it takes it, with where it belongs; without `visit` an entry of a log."""

    participant = serializers.CharField(help_text="Code of the participant")
    visit = serializers.CharField(required=False, allow_null=True)
    form = serializers.CharField()
    repeat = serializers.IntegerField(
        required=False, min_value=1, help_text="Number of the entry of a log; left out for the next one"
    )
    version = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=LARGEST_NUMBER,
        help_text="The version you read, as with If-Match; left out to create",
    )
    items = serializers.DictField(required=False)
    missing = serializers.DictField(child=serializers.CharField(), required=False)
    groups = serializers.DictField(required=False)
    explanations = serializers.DictField(child=serializers.CharField(), required=False)
    comments = serializers.DictField(child=serializers.CharField(), required=False)
    reason = serializers.CharField(required=False)


class BulkSerializer(serializers.Serializer[Any]):
    atomic = serializers.BooleanField(
        default=False, help_text="Save all of them or, if one is refused, none; otherwise each by itself"
    )
    records = serializers.ListField(child=RowSerializer(), min_length=1, max_length=MOST)


class RowResultSerializer(serializers.Serializer[Any]):
    """What became of one row: what a PUT would have answered, with its status."""

    status = serializers.IntegerField()
    record = SavedSerializer(required=False)
    problem = serializers.DictField(required=False, help_text="The problem, if it was refused (RFC 9457)")


class BulkResultSerializer(serializers.Serializer[Any]):
    saved = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = RowResultSerializer(many=True, help_text="In the order in which the rows were sent")


class BulkView(Endpoint):
    """Save up to 200 forms in one call: create them and change them, each as a PUT would.

    Each row has a result of its own, and one that is refused keeps no other from being saved. With `atomic`
    the first refusal takes back all of them: the answer is then a problem, and its `results` say of each row
    what is wrong with it. Rows are saved in the order in which they are sent.
    """

    @extend_schema(request=BulkSerializer, responses={MULTI_STATUS: BulkResultSerializer}, examples=EXAMPLES)
    def post(self, request: Request) -> Response:
        person = user_of(request)
        check_right(person, Right.ENTER_DATA)
        body = mapping(request, "atomic", "records")
        rows, atomic = _rows(body), body.get("atomic", False)
        if not isinstance(atomic, bool):
            raise Refusal("malformed", problem=_("“atomic” must be true or false."))
        results = _all_or_none(person, rows) if atomic else _each(person, rows)
        refused = sum("problem" in result for result in results)
        said = {"saved": len(results) - refused, "refused": refused, "results": results}
        return Response(said, MULTI_STATUS)


def _rows(body: dict[str, Any]) -> list[Any]:
    rows = body.get("records")
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST:
        raise Refusal("malformed", problem=_("“records” is a list of 1 to {most} rows.").format(most=MOST))
    return rows


def _all_or_none(by: User, rows: list[Any]) -> list[dict[str, Any]]:
    with transaction.atomic():
        results = _each(by, rows)
        refused = [result for result in results if "problem" in result]
        if refused:
            undone = _refused(Refusal("bulk_undone"))
            told = [result if "problem" in result else undone for result in results]
            raise Refusal("bulk_refused", extra={"results": told}, count=len(refused))
    return results


def _each(by: User, rows: list[Any]) -> list[dict[str, Any]]:
    known = _participants(by, rows)
    return [_result(by, known, row) for row in rows]


def _result(by: User, known: dict[str, Participant], row: Any) -> dict[str, Any]:
    try:
        saved = _save(by, known, row)
    except Refusal as refusal:
        return _refused(refusal)
    return {"status": 201 if saved.created else 200, "record": plain_saved(saved)}


def _refused(refusal: Refusal) -> dict[str, Any]:
    return {"status": refusal.status, "problem": problem(refusal).data}


def _participants(by: User, rows: list[Any]) -> dict[str, Participant]:
    """The participants that are named and may be seen, by code; one statement."""
    named = (row.get("participant") for row in rows if isinstance(row, dict))
    codes = {code for code in named if isinstance(code, str) and code.isprintable()}
    return {each.code: each for each in participants.visible(by).filter(code__in=codes)}


def _save(by: User, known: dict[str, Participant], row: Any) -> service.Saved:
    row = members(row, *MEMBERS)
    participant = known.get(text(row, "participant"))
    if participant is None:
        raise Refusal("not_found")
    return service.save(
        by=by,
        participant=participant,
        visit=text(row, "visit") or None,
        form=text(row, "form"),
        repeat=_number(row, "repeat", least=1) or (1 if row.get("visit") else service.NEXT),
        submission=submission_of(row),
        expected_version=_number(row, "version", least=0),
        reason=text(row, "reason"),
        explanations=texts(row, "explanations"),
        comments=texts(row, "comments"),
    )


def _number(row: dict[str, Any], name: str, *, least: int) -> int | None:
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= LARGEST_NUMBER:
        raise Refusal("malformed", problem=_("“{name}” must be a number.").format(name=name))
    return value
