from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.selectors import proofs as selector
from trial.api.endpoint import Endpoint
from trial.api.ledger import SealSerializer
from trial.api.schema import refuses
from trial.api.users import user_of
from trial.audit import trail


class ProvenSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    seal = serializers.IntegerField()
    content = serializers.CharField(help_text="The canonical bytes of the event, as text")
    index = serializers.IntegerField(help_text="Its place among the leaves of the seal, from 0")
    path = serializers.ListField(child=serializers.CharField(), help_text="From the bottom up (RFC 9162)")


class ProofSerializer(serializers.Serializer[Any]):
    """An event, the seal that holds it, and the path from one to the other. `verify_trail.py` verifies it."""

    format = serializers.CharField()
    study = serializers.CharField()
    of = serializers.CharField()
    public_keys = serializers.ListField(child=serializers.CharField())
    seal = SealSerializer()
    event = ProvenSerializer()


class ProofView(Endpoint):
    """The proof that an event of a participant, which the trail shows you, stands under a signed seal."""

    @extend_schema(responses=ProofSerializer, extensions=refuses(409))
    def get(self, request: Request, number: int) -> Response:
        return Response(trail.of_event(*selector.of_event(user_of(request), number)))
