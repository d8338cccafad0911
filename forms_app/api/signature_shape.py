"""How a signature looks in the API."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers

from forms_app.models.signature import MEANINGS, SIGNED_SCOPES
from forms_app.selectors.signatures import Signed


class SignatureSerializer(serializers.Serializer[Any]):
    """A signature. `intact`: no change broke it (`broken_at`), and what is stored is what was signed."""

    scope = serializers.ChoiceField(choices=SIGNED_SCOPES)
    participant = serializers.CharField()
    visit = serializers.CharField(allow_null=True)
    form = serializers.CharField(allow_null=True)
    repeat = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    role = serializers.CharField()
    meaning = serializers.ChoiceField(choices=MEANINGS)
    signed_at = serializers.DateTimeField()
    content_hash = serializers.CharField()
    intact = serializers.BooleanField()
    broken_at = serializers.DateTimeField(allow_null=True)


def plain(signed: Signed) -> dict[str, Any]:
    """One signature in JSON's types; times in UTC."""
    signature = signed.signature
    broken = signature.broken_at
    return {
        "scope": signature.scope,
        "participant": signed.participant,
        "visit": signed.visit or None,
        "form": signed.form or None,
        "repeat": signed.repeat if signed.form else None,
        "name": signature.printed_name,
        "role": signature.role,
        "meaning": signature.meaning,
        "signed_at": signature.signed_at.isoformat(),
        "content_hash": signature.content_hash,
        "intact": signed.is_intact,
        "broken_at": broken.isoformat() if broken else None,
    }


def plain_all(found: Iterable[Signed]) -> list[dict[str, Any]]:
    return [plain(each) for each in found]
