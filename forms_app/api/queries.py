from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from forms_app.api.records import FORM, QuerySerializer, find_record
from forms_app.models import Query
from forms_app.models.query import ANSWERED, CLOSED, OPEN
from forms_app.selectors import documents
from forms_app.services import queries as service
from trial.api.bodies import mapping, text
from trial.api.users import user_of
from trial.models import User
from trial.refusals import Refusal
from trial.selectors import participants


class RaisedSerializer(serializers.Serializer[Any]):
    item = serializers.CharField(help_text="Path of the item, `side.LEFT.ndlga` in a group")
    text = serializers.CharField(max_length=service.LONGEST)


class QueryMoveSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=(ANSWERED, CLOSED, OPEN))
    explanation = serializers.CharField(required=False, help_text="The answer, when it is answered")


class QueriesView(APIView):
    """The questions about a filled form; post one to ask a question of one's own."""

    @extend_schema(parameters=[FORM], responses=QuerySerializer(many=True))
    def get(
        self, request: Request, code: str, form: str, visit: str | None = None, repeat: int = 1
    ) -> Response:
        record = find_record(participants.get(user_of(request), code), form, visit, repeat)
        found = Query.objects.filter(record=record).order_by("id")
        return Response([documents.plain_query(query) for query in found])

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


class QueryView(APIView):
    """One question of a person, by its check, `<item>.manual-<number>`: answer it, close it, ask it again."""

    @extend_schema(parameters=[FORM], request=QueryMoveSerializer, responses=QuerySerializer)
    def put(
        self, request: Request, code: str, form: str, check: str, visit: str | None = None, repeat: int = 1
    ) -> Response:
        record = find_record(participants.get(user_of(request), code), form, visit, repeat)
        item, _dot, check_code = check.rpartition(".")
        queries = Query.objects.select_related("record__participant__site").filter(record=record)
        query = queries.filter(item=item, check_code=check_code).first()
        if query is None:
            raise Refusal("not_found")
        body = mapping(request, "state", "explanation")
        moved = _move(user_of(request), query, text(body, "state"), text(body, "explanation"))
        return Response(documents.plain_query(moved))


def _move(by: User, query: Query, state: str, explanation: str) -> Query:
    if state == ANSWERED:
        return service.answer(by=by, query=query, explanation=explanation)
    if state == CLOSED:
        return service.close(by=by, query=query)
    if state == OPEN:
        return service.reopen(by=by, query=query)
    raise Refusal("malformed", problem=_("“state” is answered, closed or open."))
