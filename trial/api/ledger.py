from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from trial.api.users import user_of
from trial.audit import journal
from trial.selectors import ledger as selector

NEWEST = 100


class SealSerializer(serializers.Serializer[Any]):
    """A seal without its leaves: what is signed, its hash and the signature, hexadecimal."""

    number = serializers.IntegerField()
    epoch = serializers.IntegerField()
    from_xact = serializers.IntegerField()
    to_xact = serializers.IntegerField()
    events = serializers.IntegerField()
    root = serializers.CharField()  # type: ignore[assignment]
    leaves = serializers.CharField(help_text="SHA-256 of the leaves")
    previous = serializers.CharField(help_text="The hash of the seal before")
    sealed_at = serializers.CharField()
    key_id = serializers.CharField()
    hash = serializers.CharField()
    signature = serializers.CharField(help_text="Ed25519, over the 32 bytes of the hash")


class SealsSerializer(serializers.Serializer[Any]):
    """The newest seals, and the public keys in base64 that seals were ever signed with."""

    public_keys = serializers.ListField(child=serializers.CharField())
    seals = SealSerializer(many=True)


class SealsView(APIView):
    """The newest hundred seals of the ledger, the newest last."""

    @extend_schema(responses=SealsSerializer)
    def get(self, request: Request) -> Response:
        newest = next(iter(selector.standing(user_of(request), 1).seals), None)
        after = max(0, newest.number - NEWEST) if newest else 0
        seals = [vars(root) for root in journal.roots(after=after)]
        return Response({"public_keys": journal.public_keys(), "seals": seals})
