from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.api.records import FORM, QuerySerializer, find_record
from forms_app.models import Query
from forms_app.models.query import ANSWERED, CANCELLED, CANDIDATE, CLOSED, OPEN, QUERY_STATES
from forms_app.selectors import documents
from forms_app.selectors import queries as selector
from forms_app.selectors.changes import changed_queries
from forms_app.selectors.queries import BY_CHECK, BY_PERSON, EVERYTHING, LISTS, Filter
from forms_app.services import queries as service
from trial.access import Right, check_right
from trial.api import changed_since, parameters
from trial.api.bodies import mapping, text
from trial.api.changed_since import CHANGED_SINCE
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, page_among, page_of, page_serializer
from trial.api.users import user_of
from trial.crf import registry
from trial.models import Record, User
from trial.refusals import Refusal
from trial.selectors import participants

MOVES = (ANSWERED, CLOSED, OPEN, CANCELLED)
MOST_DAYS = 36500


class RaisedSerializer(serializers.Serializer[Any]):
    item = serializers.CharField(
        required=False,
        allow_blank=True,
        help_text="Path of the item, `side.LEFT.ndlga` in a group; empty for the form as a whole",
    )
    text = serializers.CharField(max_length=service.LONGEST)


class QueryMoveSerializer(serializers.Serializer[Any]):
    """Give `state` to move the question, `assigned_to` to give it to somebody, or both."""

    state = serializers.ChoiceField(
        required=False, choices=MOVES, help_text="`open` releases a candidate, and asks again what was over"
    )
    explanation = serializers.CharField(required=False, help_text="The answer, when it is answered")
    reason = serializers.CharField(required=False, help_text="Why it is cancelled")
    text = serializers.CharField(
        required=False, max_length=service.LONGEST, help_text="What is asked now, when it is asked again"
    )
    assigned_to = serializers.CharField(
        required=False,
        allow_null=True,
        help_text="User name of somebody of the site who enters data; null for anybody",
    )


class ListedQuerySerializer(QuerySerializer):
    """A question with the record that it is about; `visit` is null for an entry of a log."""

    participant = serializers.CharField()
    site = serializers.CharField()
    visit = serializers.CharField(allow_null=True)
    form = serializers.CharField()
    repeat = serializers.IntegerField()


class AllQueriesView(Endpoint):
    """The questions of all participants you may see, the oldest first."""

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "list", str, enum=tuple(LISTS), description="What waits for whom; all by default"
            ),
            OpenApiParameter("state", str, enum=QUERY_STATES, description="Only this state"),
            OpenApiParameter("site", str, description="Only this site"),
            OpenApiParameter("participant", str, description="Only this participant"),
            OpenApiParameter("visit", str, description="Only this visit"),
            OpenApiParameter("form", str, enum=registry.codes(), description="Only this form"),
            OpenApiParameter("assigned_to", str, description="User name of who is to answer it"),
            OpenApiParameter("person", str, description="User name of who raised it or is to answer it"),
            OpenApiParameter("by", str, enum=(BY_CHECK, BY_PERSON), description="Raised by whom"),
            OpenApiParameter("days", int, description="Open for so many days at least"),
            OpenApiParameter("sort", str, enum=("oldest", "newest"), description="oldest by default"),
            CHANGED_SINCE,
            *PAGING,
        ],
        responses=page_serializer(ListedQuerySerializer),
    )
    def get(self, request: Request) -> Response:
        person = user_of(request)
        check_right(person, Right.VIEW_DATA)
        newest = parameters.one_of(request, "sort", ("oldest", "newest")) == "newest"
        name = parameters.one_of(request, "list", LISTS) or EVERYTHING
        changed = changed_since.condition(request, changed_queries)
        found = selector.whole(selector.listed(person, name, _filter(request)).filter(changed))
        return page_of(request, found, *selector.order(newest_first=newest)).answer(_listed)


class QueriesView(Endpoint):
    """The questions about a filled form; post one to ask, or to propose, a question of one's own."""

    @extend_schema(
        parameters=[FORM, *PAGING],
        responses=page_serializer(QuerySerializer),
    )
    def get(
        self, request: Request, code: str, form: str, visit: str | None = None, repeat: int = 1
    ) -> Response:
        record = find_record(participants.get(user_of(request), code), form, visit, repeat)
        found = selector.whole(Query.objects.filter(record=record)).order_by("id")
        page = page_among(request, _shown(request, record, found), lambda query: (query.pk,))
        return page.answer(documents.plain_query)

    @extend_schema(parameters=[FORM], request=RaisedSerializer, responses={201: QuerySerializer})
    def post(
        self, request: Request, code: str, form: str, visit: str | None = None, repeat: int = 1
    ) -> Response:
        record = find_record(participants.get(user_of(request), code), form, visit, repeat)
        body = mapping(request, "item", "text")
        raised = service.raise_query(
            by=user_of(request), record=record, item=text(body, "item"), text=text(body, "text")
        )
        return Response(documents.plain_query(raised), 201)


class QueryView(Endpoint):
    """One question by its check, a person's by `<item>.manual-<number>`.

    Release, answer, give, close, ask again or cancel it.
    """

    @extend_schema(parameters=[FORM], request=QueryMoveSerializer, responses=QuerySerializer)
    def put(
        self, request: Request, code: str, form: str, check: str, visit: str | None = None, repeat: int = 1
    ) -> Response:
        record = find_record(participants.get(user_of(request), code), form, visit, repeat)
        item, _dot, check_code = check.rpartition(".")
        asked = selector.whole(Query.objects.filter(record=record, item=item, check_code=check_code))
        query = next(iter(_shown(request, record, asked)), None)
        if query is None:
            raise Refusal("not_found")
        body = mapping(request, "state", "explanation", "reason", "text", "assigned_to")
        return Response(documents.plain_query(_act(user_of(request), query, body)))


def _shown(request: Request, record: Record, queries: Any) -> list[Query]:
    return selector.shown(user_of(request), record.participant.site, queries)


@transaction.atomic
def _act(by: User, query: Query, body: dict[str, Any]) -> Query:
    """Give it to somebody, move it, or do both or neither."""
    if not {"state", "assigned_to"} & set(body):
        raise Refusal("malformed", problem=_("Give “state”, “assigned_to” or both."))
    if "assigned_to" in body:
        query = service.assign(by=by, query=query, to=_assignee(body))
    if "state" in body:
        query = _move(by, query, text(body, "state"), body)
    return query


def _move(by: User, query: Query, state: str, body: dict[str, Any]) -> Query:
    match state:
        case "answered":
            return service.answer(by=by, query=query, explanation=text(body, "explanation"))
        case "closed":
            return service.close(by=by, query=query)
        case "open" if query.state == CANDIDATE:
            return service.release(by=by, query=query)
        case "open":
            return service.reopen(by=by, query=query, text=text(body, "text"))
        case "cancelled":
            return service.cancel(by=by, query=query, reason=text(body, "reason"))
    raise Refusal("malformed", problem=_("“state” is one of: {states}.").format(states=", ".join(MOVES)))


def _assignee(body: dict[str, Any]) -> User | None:
    username = text(body, "assigned_to")
    if not username:
        return None
    person = User.objects.filter(username=username).first()
    if person is None:
        raise Refusal("malformed", problem=_("“assigned_to” names nobody."))
    return person


def _listed(query: Query) -> dict[str, Any]:
    record = query.record
    return {
        **documents.plain_query(query),
        "participant": record.participant.code,
        "site": record.participant.site.code,
        "visit": record.visit.code if record.visit else None,
        "form": record.form,
        "repeat": record.repeat,
    }


def _filter(request: Request) -> Filter:
    return Filter(
        state=parameters.one_of(request, "state", QUERY_STATES),
        site=parameters.word(request, "site"),
        participant=parameters.word(request, "participant"),
        visit=parameters.word(request, "visit"),
        form=parameters.one_of(request, "form", registry.codes()),
        assigned=parameters.word(request, "assigned_to"),
        person=parameters.word(request, "person"),
        by=parameters.one_of(request, "by", (BY_CHECK, BY_PERSON)),
        days=min(parameters.number(request, "days"), MOST_DAYS),
    )
