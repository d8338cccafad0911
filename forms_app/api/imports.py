"""Files that are brought in: sent, their columns decided, judged, saved; each person's own alone."""

from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import Any, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from forms_app.imports.apostrophes import Apostrophes
from forms_app.imports.choices import Choices
from forms_app.imports.numbers import DecimalMark
from forms_app.imports.received import Kind
from forms_app.models import Import
from forms_app.models.imports import IMPORT_STATES
from forms_app.selectors import imports as selector
from forms_app.selectors.imports import Line
from forms_app.services import imports as service
from trial.access import Right, check_right
from trial.api.bodies import mapping, text
from trial.api.endpoint import Endpoint
from trial.api.paging import PAGING, Key, page_of, page_read, page_serializer
from trial.api.users import user_of
from trial.crf.codelists import CONTACT_MODE
from trial.refusals import Refusal

Known = TypeVar("Known", bound=StrEnum)


class ImportChoicesSerializer(serializers.Serializer[Any]):
    """What the columns of a table are; other files need none of it."""

    table = serializers.CharField(
        required=False, allow_blank=True, help_text="`long`, a form, or a form and its group"
    )
    columns = serializers.DictField(
        child=serializers.CharField(allow_blank=True),
        required=False,
        help_text="By the name in the file; empty leaves a column out, and each must be named",
    )
    contact_mode = serializers.ChoiceField(
        choices=CONTACT_MODE.terms, required=False, allow_blank=True, help_text="Where the file says none"
    )
    apostrophes = serializers.ChoiceField(
        choices=[each.value for each in Apostrophes],
        required=False,
        allow_blank=True,
        help_text="What becomes of an apostrophe that an export may have put before a formula",
    )
    decimal = serializers.ChoiceField(
        choices=[each.value for each in DecimalMark],
        required=False,
        allow_blank=True,
        help_text="What stands before decimals; without it a number that can be read in two ways is refused",
    )


class ProgressSerializer(serializers.Serializer[Any]):
    """By participants; `refused` counts what cannot be saved."""

    units = serializers.IntegerField()
    done = serializers.IntegerField()
    refused = serializers.IntegerField()


class ImportSerializer(serializers.Serializer[Any]):
    """A file, and what would come, or came, of it."""

    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=IMPORT_STATES)
    kind = serializers.ChoiceField(choices=[each.value for each in Kind])
    file_name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    separator = serializers.CharField(allow_blank=True)
    columns = serializers.ListField(child=serializers.CharField())
    choices = ImportChoicesSerializer()
    rows = serializers.IntegerField()
    reason = serializers.CharField(allow_blank=True)
    problem = serializers.CharField(allow_blank=True, help_text="Why it failed, and what was saved")
    received_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField()
    progress = ProgressSerializer()
    counts = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()),
        help_text="By what (participant, enrolment, visit, record, state), then by new, changed, unchanged, "
        "refused",
    )


class ListedImportSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=IMPORT_STATES)
    kind = serializers.ChoiceField(choices=[each.value for each in Kind])
    file_name = serializers.CharField()
    sha256 = serializers.CharField()
    received_at = serializers.DateTimeField()


class NewImportSerializer(serializers.Serializer[Any]):
    file = serializers.FileField()


class SavingSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(help_text="Stands beside every change in the audit")
    skips = serializers.BooleanField(required=False, help_text="Leave out what is refused, and list it")


class RefusedLineSerializer(serializers.Serializer[Any]):
    """What is refused, where it stands in the file, and what to do."""

    participant = serializers.CharField(allow_blank=True)
    visit = serializers.CharField(allow_blank=True)
    form = serializers.CharField(allow_blank=True)
    file = serializers.CharField(allow_blank=True)
    row = serializers.IntegerField()
    column = serializers.CharField(allow_blank=True)
    value = serializers.CharField(allow_blank=True)
    sentence = serializers.CharField()


class ImportsView(Endpoint):
    """One's own imports, the newest first; send a file to begin one."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="imports_list", parameters=PAGING, responses=page_serializer(ListedImportSerializer)
    )
    def get(self, request: Request) -> Response:
        check_right(user_of(request), Right.IMPORT)
        return page_of(request, selector.own(user_of(request)), "-id").answer(_listed)

    @extend_schema(request={"multipart/form-data": NewImportSerializer}, responses={201: ImportSerializer})
    def post(self, request: Request) -> Response:
        """Nothing is judged yet: read what its columns seem to be, and decide."""
        # Before the body is read, which may be large.
        check_right(user_of(request), Right.IMPORT)
        try:
            files: Mapping[str, Any] = request.FILES
        except UnsupportedMediaType:
            raise Refusal("import_none") from None
        file = files.get("file")
        if file is None:
            length = str(request.META.get("CONTENT_LENGTH") or "0")
            if length.isdigit() and int(length) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
                raise Refusal("import_large", most=settings.ATTACHMENT_MB)
            raise Refusal("import_none")
        made = service.receive(by=user_of(request), content=bytes(file.read()), name=str(file.name))
        return Response(_plain(made), 201)


class ImportView(Endpoint):
    """One import: how far it is, and what would come, or came, of it."""

    @extend_schema(responses=ImportSerializer)
    def get(self, request: Request, number: int) -> Response:
        return Response(_plain(selector.get(user_of(request), number)))

    @extend_schema(responses={200: ImportSerializer})
    def delete(self, request: Request, number: int) -> Response:
        """Throw the file away. Nothing of it was saved."""
        discarded = service.discard(by=user_of(request), found=selector.get(user_of(request), number))
        return Response(_plain(discarded))


class JudgingView(Endpoint):
    """Judging a file: everything is done as it would be, and taken back."""

    @extend_schema(request=ImportChoicesSerializer, responses={202: ImportSerializer})
    def post(self, request: Request, number: int) -> Response:
        """What is not sent of the choices is as it was proposed."""
        found = selector.get(user_of(request), number)
        body = mapping(request, "table", "columns", "contact_mode", "apostrophes", "decimal")
        asked = service.decide(by=user_of(request), found=found, choices=_choices(found, body))
        return Response(_plain(asked), 202)


class SavingView(Endpoint):
    """Saving what was judged."""

    @extend_schema(request=SavingSerializer, responses={202: ImportSerializer})
    def post(self, request: Request, number: int) -> Response:
        """Refused while something is, unless it is left out, and when the data moved since."""
        found = selector.get(user_of(request), number)
        body = mapping(request, "reason", "skips")
        skips = body.get("skips", False)
        if not isinstance(skips, bool):
            raise Refusal("malformed", problem=_("“{name}” must be true or false.").format(name="skips"))
        asked = service.save(by=user_of(request), found=found, reason=text(body, "reason"), skips=skips)
        return Response(_plain(asked), 202)


class RefusedView(Endpoint):
    """What an import refuses, in the order of the participants."""

    @extend_schema(
        operation_id="import_refused_list",
        parameters=PAGING,
        responses=page_serializer(RefusedLineSerializer),
    )
    def get(self, request: Request, number: int) -> Response:
        found = selector.get(user_of(request), number)

        def read(at: Key | None, back: bool, most: int) -> list[tuple[int, Line]]:
            return selector.numbered_lines(found, at[0] if at else None, back, most)

        page = page_read(request, "lines", read, lambda line: (line[0],))
        return page.answer(lambda line: asdict(line[1]))


def _choices(found: Import, body: dict[str, Any]) -> Choices:
    columns = body.get("columns", found.choices["columns"])
    if not isinstance(columns, dict) or not all(isinstance(each, str) for each in columns.values()):
        raise Refusal("malformed", problem=_("“{name}” must be an object.").format(name="columns"))
    table, mode = text(body, "table"), text(body, "contact_mode")
    return Choices(
        table or found.choices["table"],
        columns,
        mode or found.choices["contact_mode"],
        _one_of(Apostrophes, "apostrophes", found, body),
        _one_of(DecimalMark, "decimal", found, body),
    )


def _one_of(known: type[Known], name: str, found: Import, body: dict[str, Any]) -> Known:
    """What is sent, or what was chosen before."""
    said = text(body, name) or found.choices[name]
    if said not in set(known):
        names = ", ".join(each for each in known if each)
        problem = _("“{name}” must be one of: {known}.").format(name=name, known=names)
        raise Refusal("malformed", problem=problem)
    return known(said)


def _listed(found: Import) -> dict[str, Any]:
    return {
        "number": found.pk,
        "state": found.state,
        "kind": found.kind,
        "file_name": found.file_name,
        "sha256": found.sha256,
        "received_at": found.received_at,
    }


def _plain(found: Import) -> dict[str, Any]:
    return {
        **_listed(found),
        "size": found.size,
        "separator": found.separator,
        "columns": found.columns,
        "choices": found.choices,
        "rows": found.rows,
        "reason": found.reason,
        "problem": found.problem,
        "ended_at": found.ended_at,
        "expires_at": found.expires_at,
        "progress": asdict(selector.progress(found)),
        "counts": {what: dict(counted) for what, counted in selector.counts(found).items()},
    }
