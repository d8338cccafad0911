"""A participant's casebook in words, to be printed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forms_app.models import Query
from forms_app.models.signature import CASEBOOK, RECORD, VISIT
from forms_app.paper.book import Answer, Block, Book, Change, Part, Sheet, SignatureLine
from forms_app.screens.presenters import columns, history
from forms_app.screens.presenters import signatures as signature_presenter
from forms_app.screens.presenters.fields import shown
from forms_app.screens.presenters.filled import text
from forms_app.screens.presenters.status import SIGNS
from forms_app.screens.presenters.visit import outside
from forms_app.selectors import documents
from forms_app.selectors.casebook import Casebook, VisitEntry
from forms_app.selectors.contents import Contents, Filed
from forms_app.selectors.history import ROUTES, Act, put
from forms_app.selectors.queries import is_put
from forms_app.selectors.signatures import Signed
from trial.crf import paths, registry
from trial.crf.answers import Answers, GroupAnswers, Row
from trial.crf.codelists import CONTACT_MODE
from trial.models import Participant, User
from trial.protocol import STUDY
from trial.screens.reasons import in_words


@dataclass(frozen=True)
class Shared:
    """What all parts of the casebook share: the time zone of the site, and what was signed."""

    zone: ZoneInfo
    signed: Sequence[Signed]

    def signatures(self, scope: str, key: int) -> tuple[SignatureLine, ...]:
        """Those of a form, a visit or the casebook, by its key."""
        found = (signature_presenter.view(each, self.zone) for each in self.signed if each.is_of(scope, key))
        return tuple(SignatureLine(each.line, each.broken) for each in found)


def book(casebook: Casebook, held: Contents, *, by: User, at: datetime, signed: Sequence[Signed]) -> Book:
    """The casebook with all that it holds and its signatures, as `by` printed it at `at`."""
    participant, filed = casebook.participant, held.filed
    zone = ZoneInfo(participant.site.time_zone)
    shared = Shared(zone, signed)
    visits = [_visit(entry, held, shared) for entry in casebook.visits]
    logs = [_log(log.form, filed, shared) for log in STUDY.schedule.logs]
    printed = _("Printed by {person} on {moment}").format(person=by.full_name, moment=_moment(at, zone))
    changes = tuple(_of_row(held.participation, columns.OF_PARTICIPANT, zone))
    signatures = shared.signatures(CASEBOOK, participant.pk)
    facts = tuple(_facts(participant))
    return Book(participant.code, facts, printed, changes, (*visits, *logs), signatures)


def _facts(participant: Participant) -> Iterator[tuple[str, str]]:
    yield _("Site"), str(participant.site)
    yield _("State"), " – ".join(filter(None, (_(participant.state), in_words(participant.state_reason))))
    yield _("Study"), f"{_(STUDY.title)} ({STUDY.code})"
    yield _("Times"), _("as at the site, {zone}").format(zone=participant.site.time_zone)


def _visit(entry: VisitEntry, held: Contents, shared: Shared) -> Part:
    key = entry.held.pk if entry.held else None
    sheets = [each for each in held.filed if key and each.record.visit_id == key]
    found = {each.form for each in sheets}
    empty = [_(form.form.title) for form in entry.forms if form.form not in found]
    return Part(
        title=f"{_(entry.planned.label)} ({entry.planned.code})",
        facts=tuple(_visit_facts(entry)),
        sheets=tuple(_sheet(each, shared) for each in sheets),
        empty=_nothing(empty),
        changes=tuple(_of_row(held.visits[key], columns.OF_VISIT, shared.zone)) if key else (),
        signatures=shared.signatures(VISIT, key) if key else (),
    )


def _visit_facts(entry: VisitEntry) -> Iterator[str]:
    yield _(SIGNS[entry.status].word)
    if entry.window:
        days = dict.fromkeys((_day(entry.window.first), _day(entry.window.last)))
        yield _("Window: {window}").format(window=" – ".join(days))
    held = entry.held
    if held and held.visit_date:
        yield _("Held on {day}, {mode}").format(
            day=_day(held.visit_date), mode=_(CONTACT_MODE.label(held.contact_mode))
        )
        if said := outside(entry):
            yield said
    elif held:
        yield _("Not done: {reason}").format(reason=held.reason_not_done)
    if held and held.reason_unscheduled:
        yield _labelled(_(columns.OF_VISIT["reason_unscheduled"]), held.reason_unscheduled)


def _nothing(titles: Sequence[str]) -> str:
    return _("Nothing is recorded of: {forms}").format(forms=", ".join(titles)) if titles else ""


def _log(code: str, filed: Iterable[Filed], shared: Shared) -> Part:
    form = registry.form(code)
    assert form is not None
    sheets = tuple(_sheet(each, shared) for each in filed if each.form is form)
    return Part(_("Log: {form}").format(form=_(form.title)), (), sheets, "" if sheets else _("No entry."))


def _sheet(filed: Filed, shared: Shared) -> Sheet:
    record, notes = filed.record, _notes(filed)
    answered = {path for path in notes if paths.find(filed.form, path)}
    return Sheet(
        title=sheet_title(filed.form, record.repeat),
        state=_("{state}, version {version}, protocol {protocol}").format(
            state=_(record.state), version=record.version, protocol=record.protocol_version
        ),
        removed=record.removed,
        blocks=tuple(blocks(filed.form, filed.document.answers, filed.document.groups, notes)),
        notes=tuple(note for path in notes if path not in answered for note in notes[path]),
        changes=tuple(_changes(filed, shared.zone)),
        signatures=shared.signatures(RECORD, record.pk),
    )


def sheet_title(form: type[Answers], repeat: int) -> str:
    """The title of a form, with its number in a log that repeats."""
    log = STUDY.schedule.log(form.code)
    return f"{_(form.title)} {repeat}" if log and log.repeats else _(form.title)


def _notes(filed: Filed) -> dict[str, list[str]]:
    """What is said about each item, by path: its comment, and the questions that were asked."""
    found = {path: [_("Comment: {text}").format(text=said)] for path, said in filed.document.comments.items()}
    for query in filed.document.queries:
        if is_put(query.state):
            found.setdefault(query.item, []).append(_question(query))
    return found


def _question(query: Query) -> str:
    asked = _("Question ({state}): {text}").format(state=_(query.state), text=query.words)
    answer = _("Answer: {text}").format(text=query.explanation) if query.explanation else ""
    return " ".join(filter(None, (asked, answer)))


def blocks(
    form: type[Answers],
    answers: Answers,
    held: Mapping[str, dict[str, GroupAnswers]],
    notes: dict[str, list[str]],
) -> Iterator[Block]:
    """The answers of a form, then those of its groups, with what is said about each, by path."""
    yield Block("", tuple(_answers(answers, "", notes)))
    for group in form.groups:
        rows = held[group.code]
        if group.is_checklist():
            yield from _checklist(group, rows, notes)
            continue
        for key, row in rows.items():
            yield Block(paths.row_label(group, key), tuple(_answers(row, f"{group.code}.{key}.", notes)))


def _checklist(
    group: type[GroupAnswers], rows: dict[str, GroupAnswers], notes: dict[str, list[str]]
) -> Iterator[Block]:
    answers = tuple(
        Answer(paths.within(paths.row_label(group, key), answer.label), answer.value, "", answer.notes)
        for key, row in rows.items()
        for answer in _answers(row, f"{group.code}.{key}.", notes)
    )
    if answers:
        yield Block(_(group.title), answers)


def _answers(row: Row, prefix: str, notes: dict[str, list[str]]) -> Iterator[Answer]:
    """The items that are asked, and those that are not and hold something nevertheless."""
    values, missing = row.answers(), row.missing()
    section = ""
    for item in row.items():
        section = _(item.section) if item.section else section
        value = shown(item, text(documents.plain(values[item.name])), missing.get(item.name, ""))
        if value or item.asked(values):
            yield Answer(_(item.label), value, section, tuple(notes.get(f"{prefix}{item.name}", ())))


def _changes(filed: Filed, zone: ZoneInfo) -> Iterator[Change]:
    for act in history.acts(filed.form, put(filed.acts)):
        lines = [_line(line.label, line.before, line.after) for line in act.lines]
        yield _change(act, act.route, lines, zone)


def _of_row(acts: Iterable[Act], shown_columns: Mapping[str, str], zone: ZoneInfo) -> Iterator[Change]:
    """The changes of these columns of a row that belongs to no record."""
    for act in acts:
        lines = [
            _line(line.label, line.before, line.after)
            for change in act.changes
            for line in columns.lines(change, shown_columns)
        ]
        if lines:
            yield _change(act, _(ROUTES.get(act.route, act.route)), lines, zone)


def _change(act: Act | history.ActView, route: str, lines: Sequence[str], zone: ZoneInfo) -> Change:
    head = " · ".join(filter(None, (_moment(act.at, zone), act.actor, route, act.reason)))
    return Change(head, tuple(lines))


def _line(label: str, before: str, after: str) -> str:
    if not before:
        return _labelled(label, after)
    return _("{label}: from {before} to {after}").format(label=label, before=before, after=after)


def _labelled(label: str, value: str) -> str:
    if label.endswith(("?", "？")):
        return f"{label} {value}"
    return _("{label}: {value}").format(label=label, value=value)


def _day(day: object) -> str:
    return date_format(day, "DATE_FORMAT")  # type: ignore[arg-type]


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{_day(local)} {local:%H:%M}"
