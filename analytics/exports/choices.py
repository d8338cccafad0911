"""Choices of an export as they come: from a query, from JSON, from a command line.

Everything is refused that is no choice, or not possible for it; the refusal says what is.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any

from analytics.exports.formats import FORMATS
from analytics.exports.options import Options, Population, Privacy, Status, Values
from analytics.exports.scope import UNSCHEDULED
from analytics.exports.shapes import CASEBOOKS, SHAPES
from trial.audit import positions
from trial.crf import registry
from trial.protocol import STUDY
from trial.refusals import Refusal

SEPARATORS = (",", ";", "\t", "|")
DECIMALS = (".", ",")
YES, NO = ("true", "1", "on", "yes"), ("false", "0", "off", "no")
HIGHEST_SEAL = 2_000_000_000

# Which of several texts are possible, for each choice that is one of them.
POSSIBLE: Mapping[str, tuple[str, ...]] = {
    "shape": (*SHAPES, CASEBOOKS),
    "format": tuple(FORMATS),
    "forms": registry.codes(),
    "visits": (*(visit.code for visit in STUDY.schedule.visits), UNSCHEDULED),
    "separator": SEPARATORS,
    "decimal": DECIMALS,
}
ENUMS: Mapping[str, type[StrEnum]] = {
    "population": Population,
    "status": Status,
    "privacy": Privacy,
    "values": Values,
}
NAMES = tuple(each.name for each in fields(Options))


def read(given: Mapping[str, Any]) -> Options:
    """The choices; what is not given is as `Options` has it, the shape as the format needs it.

    Several forms or visits are a list, or texts with commas between them; yes and no are true and false, or
    one of their words. Refused as the catalogue says, the first that is wrong.
    """
    for name in given:
        if name not in NAMES:
            raise Refusal("export_choice", name=name, possible=", ".join(NAMES))
    options = Options(**{name: READ[name](name, raw) for name, raw in given.items()})
    if options.seal is not None and options.position:
        raise Refusal("export_moment")
    return _with_shape(options, shape_given="shape" in given)


def written(options: Options) -> dict[str, Any]:
    """The choices as JSON holds them; `read` gives them back."""
    return {name: _plain(getattr(options, name)) for name in NAMES}


def _with_shape(options: Options, *, shape_given: bool) -> Options:
    if not FORMATS[options.format].of_casebooks:
        return _checked(options, tuple(SHAPES))
    given = {name: getattr(options, name) for name in NAMES}
    return _checked(options if shape_given else Options(**given | {"shape": CASEBOOKS}), (CASEBOOKS,))


def _checked(options: Options, shapes: tuple[str, ...]) -> Options:
    if options.shape not in shapes:
        raise Refusal("export_shape", format=options.format, possible=", ".join(shapes))
    if options.shape == CASEBOOKS and options.privacy is Privacy.STUDY_DAYS:
        raise Refusal("export_days")
    return options


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _one_of(name: str, raw: Any) -> str:
    possible = POSSIBLE[name]
    if not isinstance(raw, str) or raw not in possible:
        raise _impossible(name, raw, possible)
    return raw


def _several_of(name: str, raw: Any) -> tuple[str, ...]:
    """In the order in which they are possible, each once."""
    given = raw.split(",") if isinstance(raw, str) else raw
    if not isinstance(given, list | tuple):
        raise _impossible(name, raw, POSSIBLE[name])
    texts = [text for each in given for text in (each.split(",") if isinstance(each, str) else [each])]
    chosen = [text.strip() if isinstance(text, str) else text for text in texts if text != ""]
    for each in chosen:
        _one_of(name, each)
    return tuple(code for code in POSSIBLE[name] if code in chosen)


def _of_enum(name: str, raw: Any) -> StrEnum:
    kind = ENUMS[name]
    possible = [each.value for each in kind]
    if raw not in possible:
        raise _impossible(name, raw, possible)
    return kind(raw)


def _flag(name: str, raw: Any) -> bool:
    text = str(raw).lower()
    if not isinstance(raw, str | bool | int) or text not in (*YES, *NO):
        raise _impossible(name, raw, ("true", "false"))
    return text in YES


def _seal(name: str, raw: Any) -> int | None:
    if raw is None or raw == "":
        return None
    text = str(raw)
    if isinstance(raw, bool) or not (text.isascii() and text.isdigit()) or int(text) > HIGHEST_SEAL:
        raise Refusal("export_seal", number=raw)
    return int(text)


def _position(name: str, raw: Any) -> str:
    if not isinstance(raw, str) or (raw and positions.parsed(raw) is None):
        raise Refusal("export_position", position=raw)
    return raw


def _impossible(name: str, raw: Any, possible: Iterable[str]) -> Refusal:
    return Refusal("export_value", value=raw, name=name, possible=", ".join(possible))


READ: Mapping[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys(("shape", "format", "separator", "decimal"), _one_of),
    **dict.fromkeys(("forms", "visits"), _several_of),
    **dict.fromkeys(ENUMS, _of_enum),
    **dict.fromkeys(("blinded", "byte_order_mark", "spreadsheet_safe"), _flag),
    "seal": _seal,
    "position": _position,
}
