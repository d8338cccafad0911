"""Signatures in the API: those that stand over something, what a new one would sign, and the act itself.

A program has no session that remembers a signing, so every signing sends every component: user name,
password, and a code of the second factor (21 CFR 11.200(a)(1)).
"""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.api.records import FORM, find_record
from forms_app.api.signature_shape import SignatureSerializer, plain, plain_all
from forms_app.models.signature import MEANINGS
from forms_app.selectors import signatures as selector
from forms_app.selectors.signatures import Signed
from forms_app.services import signatures as service
from forms_app.services.signatures import Target
from trial.api.bodies import mapping, text
from trial.api.endpoint import Endpoint
from trial.api.users import user_of
from trial.models import Participant, Visit
from trial.refusals import Refusal
from trial.selectors import participants
from trial.services.confirmation import confirm

BODY = ("meaning", "content_hash", "username", "password", "code")


class SigningBodySerializer(serializers.Serializer[Any]):
    meaning = serializers.ChoiceField(choices=MEANINGS)
    content_hash = serializers.CharField(help_text="That of the content which the signer has read")
    username = serializers.CharField(help_text="The signer’s own; it must be the token’s")
    password = serializers.CharField()
    code = serializers.CharField(required=False, help_text="Of the second factor, where the account has one")


class SignaturesSerializer(serializers.Serializer[Any]):
    """The signatures, and what one that is given now would sign: the content with its hash.

    `content` is that of the form, the visit or the casebook; `records` the content of each record in it.
    """

    signatures = SignatureSerializer(many=True)
    content_hash = serializers.CharField()
    content = serializers.DictField()
    records = serializers.ListField(child=serializers.DictField())


class SignaturesView(Endpoint):
    """The signatures over something, and signing it."""

    def answer(self, request: Request, target: Target, found: Iterable[Signed]) -> Response:
        content = target.content()
        return Response(
            {
                "signatures": plain_all(found),
                "content_hash": content.hash,
                "content": content.plain,
                "records": [each.plain for each in content.in_use.values()],
            }
        )

    def sign(self, request: Request, target: Target) -> Response:
        body, by = mapping(request, *BODY), user_of(request)

        def prove() -> None:
            confirm(
                user=by,
                username=text(body, "username"),
                password=text(body, "password"),
                code=text(body, "code"),
                needs_code=True,
            )

        signed = service.sign(
            by=by,
            target=target,
            meaning=text(body, "meaning"),
            shown_hash=text(body, "content_hash"),
            prove=prove,
        )
        return Response(plain(selector.of_signature(signed)), 201)


class CasebookSignaturesView(SignaturesView):
    """Every signature in a casebook; post one to sign the casebook."""

    @extend_schema(responses=SignaturesSerializer)
    def get(self, request: Request, code: str) -> Response:
        participant = participants.get(user_of(request), code)
        return self.answer(request, Target(participant), selector.of_participant(participant))

    @extend_schema(request=SigningBodySerializer, responses={201: SignatureSerializer})
    def post(self, request: Request, code: str) -> Response:
        return self.sign(request, Target(participants.get(user_of(request), code)))


class VisitSignaturesView(SignaturesView):
    """The signatures over a visit that is recorded; post one to sign the visit with its forms."""

    @extend_schema(responses=SignaturesSerializer)
    def get(self, request: Request, code: str, visit: str) -> Response:
        target = _visit(participants.get(user_of(request), code), visit)
        assert target.visit is not None
        return self.answer(request, target, selector.over_visit(target.participant, target.visit.pk))

    @extend_schema(request=SigningBodySerializer, responses={201: SignatureSerializer})
    def post(self, request: Request, code: str, visit: str) -> Response:
        return self.sign(request, _visit(participants.get(user_of(request), code), visit))


class RecordSignaturesView(SignaturesView):
    """The signatures over a filled form; post one to sign the form."""

    @extend_schema(parameters=[FORM], responses=SignaturesSerializer)
    def get(
        self, request: Request, code: str, form: str, visit: str | None = None, repeat: int = 1
    ) -> Response:
        participant = participants.get(user_of(request), code)
        record = find_record(participant, form, visit, repeat)
        found = selector.over_form(participant, record.visit_id, record.pk)
        return self.answer(request, service.of_form(participant, record), found)

    @extend_schema(parameters=[FORM], request=SigningBodySerializer, responses={201: SignatureSerializer})
    def post(
        self, request: Request, code: str, form: str, visit: str | None = None, repeat: int = 1
    ) -> Response:
        participant = participants.get(user_of(request), code)
        record = find_record(participant, form, visit, repeat)
        return self.sign(request, service.of_form(participant, record))


def _visit(participant: Participant, code: str) -> Target:
    held = Visit.objects.filter(participant=participant, code=code).first()
    if held is None:
        raise Refusal("not_found")
    return Target(participant, held)
