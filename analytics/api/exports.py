from collections.abc import Iterable

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from analytics.exports import files
from trial.api.users import user_of
from trial.selectors import seals


class AnyAccept(BaseContentNegotiation):
    """The file is CSV and a refusal JSON, whatever the client says it accepts."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


class ExportView(APIView):
    """The data of the caller's sites as CSV, of one snapshot; `shape` names which."""

    content_negotiation_class = AnyAccept
    shape: str

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "excel",
                OpenApiTypes.INT,
                enum=(0, 1),
                description="1: for a spreadsheet (byte order mark, cells that look like formulas made "
                "safe). Otherwise no text is altered",
            ),
            OpenApiParameter(
                "as_of",
                OpenApiTypes.INT,
                description="The number of a seal: the data as they were then. `Fascicle-Seal` repeats it "
                "with the hash of the seal",
            ),
        ],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> HttpResponseBase:
        excel = request.query_params.get("excel") == "1"
        person, at = user_of(request), seals.asked(request.query_params.get("as_of", ""))
        return files.open_file(by=person, shape=self.shape, excel=excel, at=at).response()


class LongView(ExportView):
    """One row for each item of each saved record of your sites, empty ones too, as CSV of one snapshot.

    How many rows the file has stands in its name, in the header `Fascicle-Rows`, and in the last column
    of every row: a file that was cut off shows. `Fascicle-Position` is the snapshot in the ledger.
    """

    shape = "long"


class WideView(ExportView):
    """One row for each participant of your sites, screen failures too, planned visits side by side.

    The count of rows is carried as in the long export. Unscheduled visits and groups without fixed rows
    (drugs) stand in the long export only.
    """

    shape = "wide"


class SignaturesFileView(ExportView):
    """One row for each electronic signature at your sites, broken ones too.

    `intact` is true when no change broke it and what is stored is what was signed.
    """

    shape = "signatures"
