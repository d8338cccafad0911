from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from forms_app.selectors import deviations as selector
from trial.api.users import user_of
from trial.crf.codelists import DEVIATION
from trial.selectors import participants


class ProposalSerializer(serializers.Serializer[Any]):
    """What the system takes for a deviation. To judge it, save an entry of the log `deviation` with its
    `dvorig` “SYSTEM” and its `dvlink`."""

    dvlink = serializers.CharField()
    dvdecod = serializers.ChoiceField(choices=DEVIATION.terms)
    sentence = serializers.CharField()
    date = serializers.DateField(allow_null=True)


class DeviationsView(APIView):
    """The deviations that the system proposes and nobody has judged yet."""

    @extend_schema(responses=ProposalSerializer(many=True))
    def get(self, request: Request, code: str) -> Response:
        participant = participants.get(user_of(request), code)
        return Response(
            [
                {
                    "dvlink": each.link,
                    "dvdecod": each.kind,
                    "sentence": str(each.words),
                    "date": each.day,
                }
                for each in selector.proposed(participant)
            ]
        )
