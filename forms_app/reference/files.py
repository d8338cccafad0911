"""The reference documents as files, and whether those that are kept are still what would be made."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

from forms_app.paper import blank_crf
from forms_app.reference import dictionary, rights, timetable

FOLDER = Path(settings.BASE_DIR) / "docs" / "reference"


def _annotated_crf() -> bytes:
    # Not compressed, so that the bytes do not hang on a version of zlib; the repository compresses it anyway.
    return blank_crf.draw(compressed=False)


def _openapi() -> bytes:
    """What `/api/v1/schema/` answers, for a reader and for a review of what changed."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return OpenApiYamlRenderer().render(schema)  # type: ignore[no-untyped-call,no-any-return]


FILES: dict[str, Callable[[], bytes]] = {
    "data-dictionary.md": lambda: dictionary.as_markdown().encode(),
    "data-dictionary.csv": lambda: dictionary.as_csv().encode(),
    "schedule-of-activities.md": lambda: timetable.as_markdown().encode(),
    "rights.md": lambda: rights.as_markdown().encode(),
    "annotated-crf.pdf": _annotated_crf,
    "openapi.yaml": _openapi,
}


def write(folder: Path) -> list[str]:
    """Write what is not there or out of date; the names of what was written."""
    written = outdated(folder)
    for name in written:
        (folder / name).write_bytes(_made(name))
    return written


def outdated(folder: Path) -> list[str]:
    """The documents that differ from what the declaration says now."""
    return [name for name in FILES if _kept(folder / name) != _made(name)]


def _made(name: str) -> bytes:
    with override("en"):
        return FILES[name]()


def _kept(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None
