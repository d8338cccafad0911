"""What of the data an export takes, and how it shows it: the choices as conditions in SQL."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from psycopg2.sql import SQL, Composable, Literal

from analytics.exports import cells
from analytics.exports.casebooks import Casebook, Filled, FilledForm
from analytics.exports.deidentification import Alteration, Veil
from analytics.exports.fields import UNSCHEDULED_VISITS, Field
from analytics.exports.options import Options, Population, Status
from trial.crf import registry
from trial.crf.answers import Answers, Row
from trial.crf.items import Item
from trial.lifecycle import COMPLETE, COMPLETED, ENROLLED, TREATED
from trial.models import Site

# What stands for every unscheduled visit among the choices.
UNSCHEDULED = "U"

REACHED: dict[Population, tuple[str, ...]] = {
    Population.ENROLLED: (ENROLLED, TREATED, COMPLETED),
    Population.TREATED: (TREATED, COMPLETED),
}

# How far the participant `p` came.
AS_FAR_AS = SQL("coalesce(nullif(p.withdrawn_from, ''), p.state)")
EVERYTHING = SQL("true")

UNBROKEN_SIGNATURE = SQL(
    "exists (select from forms_app_signature g where g.broken_at is null and (g.record_id = r.id "
    "or g.scope = 'visit' and g.visit_id = r.visit_id "
    "or g.scope = 'casebook' and g.participant_id = r.participant_id))"
)

STATUSES: dict[Status, Composable] = {
    Status.ALL: EVERYTHING,
    Status.COMPLETE: SQL("r.state = {}").format(Literal(COMPLETE)),
    Status.SIGNED: UNBROKEN_SIGNATURE,
}


@dataclass(frozen=True)
class Scope:
    """The choices, the sites whose data somebody may export, whether what tells the arms apart is left out,
    and the veil over the participants, None where they are shown as they are."""

    options: Options
    sites: tuple[Site, ...]
    concealed: bool = False
    veil: Veil | None = None

    def participants(self) -> Composable:
        """The condition on the participant `p`."""
        of_sites = SQL("p.site_id = any ({}::bigint[])").format(Literal([site.pk for site in self.sites]))
        states = REACHED.get(self.options.population)
        return SQL("{} and {}").format(of_sites, cells.any_of(AS_FAR_AS, states)) if states else of_sites

    def visits(self) -> Composable:
        """The condition on the visit `v`; with visits chosen, what belongs to none is left out."""
        return cells.any_of(SQL("v.code"), self.visit_codes) if self.visit_codes else EVERYTHING

    def records(self) -> Composable:
        """The condition on the record `r` and its visit `v`; what was removed is never taken."""
        return SQL("not r.removed and {} and {}").format(STATUSES[self.options.status], self.visits())

    @property
    def visit_codes(self) -> tuple[str, ...]:
        """The codes of the chosen visits, none when all are taken."""
        chosen = self.options.visits
        every = tuple(code for code, _ in UNSCHEDULED_VISITS) if UNSCHEDULED in chosen else ()
        return (*(code for code in chosen if code != UNSCHEDULED), *every)

    def takes_visit(self, code: str) -> bool:
        return not self.visit_codes or code in self.visit_codes

    def forms(self) -> tuple[type[Answers], ...]:
        """The chosen forms in the order of the casebook."""
        chosen = self.options.forms
        return tuple(form for form in registry.FORMS if not chosen or form.code in chosen)

    def items(self, row: type[Row]) -> tuple[Item, ...]:
        """The items that are shown, as far as the arms are concerned."""
        return tuple(item for item in row.items() if not (self.concealed and item.unblinds))

    def join(self) -> Composable:
        """What is joined to the participant `p`, so that fields can be shown."""
        return self.veil.join() if self.veil else SQL("")

    def shown(self, fields: Iterable[Field], alias: str = "d") -> tuple[Field, ...]:
        """The fields as they may be shown; `alias` is where the disguise is found."""
        return tuple(self._shown(fields, alias))

    def _shown(self, fields: Iterable[Field], alias: str) -> Iterator[Field]:
        for field in fields:
            shown = self.veil.drawn_over(field, alias) if self.veil else field
            if shown:
                yield shown

    def casebook(self, casebook: Casebook) -> Casebook:
        """The casebook without what tells the arms apart, and in its disguise."""
        forms = tuple(self._form(filled) for filled in casebook.forms) if self.concealed else casebook.forms
        shown = replace(casebook, forms=forms)
        return self.veil.casebook(shown) if self.veil else shown

    def _form(self, filled: FilledForm) -> FilledForm:
        groups = {code: tuple(map(self._row, rows)) for code, rows in filled.groups.items()}
        return replace(filled, answers=self._row(filled.answers), groups=groups)

    def _row(self, filled: Filled) -> Filled:
        shown = {item.name for item in self.items(filled.row)}
        return replace(
            filled,
            values={name: value for name, value in filled.values.items() if name in shown},
            missing={name: code for name, code in filled.missing.items() if name in shown},
        )

    def alterations_of_casebooks(self) -> tuple[Alteration, ...]:
        """What becomes of the columns and the answers of casebooks, in their order."""
        return tuple(self.veil.told_of_casebooks(self._items_of_casebooks())) if self.veil else ()

    def _items_of_casebooks(self) -> Iterator[tuple[str, str, Item]]:
        for form in self.forms():
            yield from ((form.code, "", item) for item in self.items(form))
            for group in form.groups:
                yield from ((form.code, group.code, item) for item in self.items(group))

    def alterations(self, fields: Iterable[Field]) -> tuple[Alteration, ...]:
        """What becomes of the fields, each told once."""
        if self.veil is None:
            return ()
        told = (self.veil.told(field) for field in fields)
        return tuple(dict.fromkeys(each for each in told if each))
