from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from trial.access import Right, check_right
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, page_of, page_serializer
from trial.api.users import user_of
from trial.audit import journal, signed_root
from trial.models import Seal
from trial.selectors import ledger as selector
from trial.selectors import seals


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


class CheckSerializer(serializers.Serializer[Any]):
    """What the last verification of the whole ledger found."""

    checked_at = serializers.DateTimeField()
    seals = serializers.IntegerField()
    events = serializers.IntegerField()
    problems = serializers.IntegerField(help_text="At least so many, where `is_least`")
    is_least = serializers.BooleanField()
    first_problem = serializers.CharField(allow_blank=True)


class LedgerSerializer(serializers.Serializer[Any]):
    """How far the ledger is sealed, and with which keys."""

    public_keys = serializers.ListField(
        child=serializers.CharField(), help_text="All that seals were ever signed with, in base64"
    )
    newest_seal = SealSerializer(allow_null=True)
    unsealed = serializers.IntegerField(help_text="Events that no seal covers yet")
    oldest_unsealed = serializers.DateTimeField(allow_null=True)
    check = CheckSerializer(allow_null=True)


class LedgerView(Endpoint):
    """How far the ledger is sealed, and the public keys of its seals."""

    @extend_schema(responses=LedgerSerializer)
    def get(self, request: Request) -> Response:
        found = selector.standing(user_of(request), 1)
        return Response(
            {
                "public_keys": journal.public_keys(),
                "newest_seal": _plain(found.seals[0]) if found.seals else None,
                "unsealed": found.unsealed,
                "oldest_unsealed": found.oldest_unsealed,
                "check": found.check and CheckSerializer(found.check).data,
            }
        )


class SealsView(Endpoint):
    """The seals of the ledger, the newest first."""

    @extend_schema(parameters=PAGING, responses=page_serializer(SealSerializer))
    def get(self, request: Request) -> Response:
        check_right(user_of(request), Right.VIEW_AUDIT)
        return page_of(request, seals.all_seals(), "-number").answer(_plain)


class SealView(Endpoint):
    """One seal by its number."""

    @extend_schema(responses=SealSerializer)
    def get(self, request: Request, number: int) -> Response:
        check_right(user_of(request), Right.VIEW_AUDIT)
        return Response(_plain(seals.get(number)))


def _plain(seal: Seal) -> dict[str, Any]:
    return vars(signed_root.of_seal(seal))
