"""What can be chosen of an export as its page shows it, and what was chosen in words."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.exports import choices
from analytics.exports.formats import FORMATS
from analytics.exports.options import PRIVACY_LABELS, Options, Population, Status, Values
from analytics.exports.scope import UNSCHEDULED
from analytics.exports.shapes import CASEBOOKS, SHAPES
from forms_app.screens.presenters.fields import Option
from trial.crf import registry
from trial.protocol import STUDY
from trial.protocol.marker import N_

POPULATIONS: Mapping[Population, str] = {
    Population.ALL: N_("everybody, screening failures too"),
    Population.ENROLLED: N_("enrolled"),
    Population.TREATED: N_("treated"),
}
STATUSES: Mapping[Status, str] = {
    Status.ALL: N_("all forms"),
    Status.COMPLETE: N_("complete forms only"),
    Status.SIGNED: N_("signed forms only"),
}
VALUES: Mapping[Values, str] = {
    Values.CODES: N_("codes"),
    Values.LABELS: N_("labels"),
    Values.BOTH: N_("codes and labels side by side"),
}
SEPARATORS: Mapping[str, str] = {",": N_("comma"), ";": N_("semicolon"), "\t": N_("tab"), "|": N_("bar")}
DECIMALS: Mapping[str, str] = {".": N_("point"), ",": N_("comma")}
FLAGS: Mapping[str, str] = {
    "blinded": N_("without what tells the arms apart"),
    "byte_order_mark": N_("with a byte order mark"),
    "spreadsheet_safe": N_("safe for spreadsheets"),
}


@dataclass(frozen=True)
class Select:
    """A choice of one."""

    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Offer:
    """Everything that can be chosen; `folds` says of each folded part whether something in it is chosen."""

    main: tuple[Select, ...]
    of_csv: tuple[Select, ...]
    tables: tuple[Option, ...]
    casebooks: tuple[Option, ...]
    forms: tuple[Option, ...]
    visits: tuple[Option, ...]
    chosen: Options
    folds: Mapping[str, bool]


def offer(chosen: Options) -> Offer:
    """What can be chosen, with what is."""
    usual = Options()
    return Offer(
        main=(
            _select("population", _("Participants"), POPULATIONS, chosen.population),
            _select("status", _("Forms by state"), STATUSES, chosen.status),
            _select("privacy", _("Identity"), PRIVACY_LABELS, chosen.privacy),
        ),
        of_csv=(
            _select("values", _("Coded values as"), VALUES, chosen.values),
            _select("separator", _("Separator"), SEPARATORS, chosen.separator),
            _select("decimal", _("Decimal sign"), DECIMALS, chosen.decimal),
        ),
        tables=_formats(chosen, of_casebooks=False),
        casebooks=_formats(chosen, of_casebooks=True),
        forms=_options({form.code: form.title for form in registry.FORMS}, chosen.forms),
        visits=_options(_visits(), chosen.visits),
        chosen=chosen,
        folds={
            "parts": bool(chosen.forms or chosen.visits),
            "moment": chosen.seal is not None or bool(chosen.position),
            "csv": any(getattr(chosen, name) != getattr(usual, name) for name in OF_CSV),
        },
    )


def shape_select(chosen: Options) -> Select:
    """The shapes of tables."""
    return _select("shape", _("Shape"), {code: shape.title for code, shape in SHAPES.items()}, chosen.shape)


def words(chosen: Mapping[str, Any]) -> str:
    """Kept choices in words: the shape, the format, and what is not as usual."""
    return ", ".join(_words(choices.read(dict(chosen))))


# Of the title of a shape, whose second part explains it, in both languages.
COLON = re.compile("[:\uff1a]")

OF_CSV = ("values", "separator", "decimal", "byte_order_mark", "spreadsheet_safe")


def _words(chosen: Options) -> Iterator[str]:
    if chosen.shape != CASEBOOKS:
        yield COLON.split(_(SHAPES[chosen.shape].title))[0]
    yield _(FORMATS[chosen.format].title)
    usual = Options()
    for name, labels in LABELLED.items():
        value = getattr(chosen, name)
        if value != getattr(usual, name):
            yield _(labels[value])
    if chosen.forms:
        yield _("forms: {forms}").format(forms=", ".join(chosen.forms))
    if chosen.visits:
        yield _("visits: {visits}").format(visits=", ".join(chosen.visits))
    if chosen.seal is not None:
        yield _("as of seal {number}").format(number=chosen.seal)
    if chosen.position:
        yield _("as of position {position}").format(position=chosen.position)
    yield from (_(label) for name, label in FLAGS.items() if getattr(chosen, name))


LABELLED: Mapping[str, Mapping[Any, str]] = {
    "population": POPULATIONS,
    "status": STATUSES,
    "privacy": PRIVACY_LABELS,
    "values": VALUES,
}


def _formats(chosen: Options, *, of_casebooks: bool) -> tuple[Option, ...]:
    found = {code: each.title for code, each in FORMATS.items() if each.of_casebooks == of_casebooks}
    return _options(found, [chosen.format])


def _visits() -> dict[str, str]:
    labels = {visit.code: visit.label for visit in STUDY.schedule.visits}
    return {code: labels.get(code, code) for code in choices.POSSIBLE["visits"]} | {
        UNSCHEDULED: N_("Unscheduled visits")
    }


def _select(name: str, label: str, labels: Mapping[Any, str], chosen: str) -> Select:
    return Select(name, label, _options({str(value): said for value, said in labels.items()}, [chosen]))


def _options(labels: Mapping[str, str], chosen: Iterable[str]) -> tuple[Option, ...]:
    return tuple(Option(value, _(label), value in chosen) for value, label in labels.items())
