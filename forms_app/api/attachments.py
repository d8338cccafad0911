"""The images of a form, listed, sent, fetched and taken out of use."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.images import received
from forms_app.images.served import file_name, served
from forms_app.models import Attachment
from forms_app.models.attachment import IMAGE_KIND
from forms_app.selectors import attachments as selector
from forms_app.selectors.attachments import WITH_IMAGES, Numbered
from forms_app.services import attachments as service
from trial.access import Right, check_right
from trial.api.bodies import mapping, text
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, page_among, page_serializer
from trial.api.schema import WITH_REASON
from trial.api.users import user_of
from trial.models import Record
from trial.refusals import Refusal
from trial.selectors import participants

FORM = OpenApiParameter("form", str, OpenApiParameter.PATH, enum=sorted(WITH_IMAGES))


class AttachmentSerializer(serializers.Serializer[Any]):
    """An image of a form. A removed one keeps its number, and its file is not served."""

    number = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=IMAGE_KIND.terms)
    caption = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField(help_text="In bytes, as stored")
    sha256 = serializers.CharField(help_text="Of the stored file")
    removed = serializers.BooleanField()


class NewAttachmentSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="PNG, JPEG or DICOM, told by its content")
    kind = serializers.ChoiceField(choices=IMAGE_KIND.terms)
    caption = serializers.CharField(required=False)
    confirmed = serializers.ChoiceField(
        choices=("yes",), help_text="That no name, number or date of birth can be read in the picture"
    )
    reason = serializers.CharField(required=False, help_text="Needed when the record is complete")


class AttachmentsView(Endpoint):
    """The images of a form; send one to add it."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        parameters=[FORM, *PAGING],
        responses=page_serializer(AttachmentSerializer),
    )
    def get(self, request: Request, code: str, visit: str, form: str) -> Response:
        found = selector.all_of(_record(request, code, visit, form))
        return page_among(request, found, lambda each: (each.number,)).answer(_plain)

    @extend_schema(
        parameters=[FORM],
        request={"multipart/form-data": NewAttachmentSerializer},
        responses={201: AttachmentSerializer},
    )
    def post(self, request: Request, code: str, visit: str, form: str) -> Response:
        """What names the participant in the file is taken out before it is stored."""
        record = _record(request, code, visit, form)
        # Before the body is read, which may be large.
        check_right(user_of(request), Right.ENTER_DATA, record.participant.site)
        try:
            body: Mapping[str, Any] = request.POST
        except UnsupportedMediaType:
            raise Refusal("image_form") from None
        attachment = service.add(
            by=user_of(request),
            record=record,
            kind=str(body.get("kind", "")),
            caption=str(body.get("caption", "")),
            content=received.received(request.FILES, request.META),
            confirmed=body.get("confirmed") == "yes",
            reason=str(body.get("reason", "")),
        )
        return Response(_plain(_numbered(record, attachment)), 201)


class AttachmentView(Endpoint):
    """One image of a form."""

    @extend_schema(parameters=[FORM], responses={(200, "image/*"): OpenApiTypes.BINARY})
    def get(self, request: Request, code: str, visit: str, form: str, number: int) -> HttpResponseBase:
        """The file itself, proved against its SHA-256."""
        record = _record(request, code, visit, form)
        found = selector.one(record, number)
        name = file_name(record, number, found)
        content = selector.content(found)
        return served(content, found.media_type, found.sha256, f'attachment; filename="{name}"')

    @extend_schema(parameters=[FORM], responses={200: AttachmentSerializer}, extensions=WITH_REASON)
    def delete(self, request: Request, code: str, visit: str, form: str, number: int) -> Response:
        """Take the image out of use, with a reason. Its file stays."""
        found = selector.one(_record(request, code, visit, form), number)
        reason = text(mapping(request, "reason"), "reason")
        removed = service.remove(by=user_of(request), attachment=found, reason=reason)
        return Response(_plain(Numbered(number, removed)))


def _record(request: Request, code: str, visit: str, form: str) -> Record:
    return selector.record(participants.get(user_of(request), code), visit, form)


def _numbered(record: Record, attachment: Attachment) -> Numbered:
    return next(each for each in selector.all_of(record) if each.attachment.pk == attachment.pk)


def _plain(each: Numbered) -> dict[str, Any]:
    attachment = each.attachment
    return {
        "number": each.number,
        "kind": attachment.kind,
        "caption": attachment.caption,
        "media_type": attachment.media_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
        "removed": attachment.removed,
    }
