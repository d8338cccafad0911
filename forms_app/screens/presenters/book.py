"""A participant's casebook in words, to be printed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forms_app.models import Query
from forms_app.models.query import CANCELLED
from forms_app.paper.book import Answer, Block, Book, Change, Part, Sheet
from forms_app.screens.presenters import history
from forms_app.screens.presenters.fields import shown
from forms_app.screens.presenters.filled import text
from forms_app.screens.presenters.status import SIGNS
from forms_app.screens.presenters.visit import outside
from forms_app.selectors import documents
from forms_app.selectors.casebook import Casebook, VisitEntry
from forms_app.selectors.contents import Filed
from trial.crf import paths, registry
from trial.crf.answers import GroupAnswers, Row
from trial.crf.codelists import CONTACT_MODE
from trial.models import Participant, User
from trial.protocol import STUDY
from trial.screens.reasons import in_words

# More fixed rows than this are a checklist: one line for each, and no heading.
SIDE_BY_SIDE = 2


def book(casebook: Casebook, filed: Sequence[Filed], *, by: User, at: datetime) -> Book:
    """The casebook with all its records, as `by` printed it at `at`."""
    participant = casebook.participant
    zone = ZoneInfo(participant.site.time_zone)
    visits = [_visit(entry, filed, zone) for entry in casebook.visits]
    logs = [_log(log.form, filed, zone) for log in STUDY.schedule.logs]
    printed = _("Printed by {person} on {moment}").format(person=by.full_name, moment=_moment(at, zone))
    return Book(participant.code, tuple(_facts(participant)), printed, (*visits, *logs))


def _facts(participant: Participant) -> Iterator[tuple[str, str]]:
    yield _("Site"), str(participant.site)
    yield _("State"), " – ".join(filter(None, (_(participant.state), in_words(participant.state_reason))))
    yield _("Study"), f"{_(STUDY.title)} ({STUDY.code})"
    yield _("Times"), _("as at the site, {zone}").format(zone=participant.site.time_zone)


def _visit(entry: VisitEntry, filed: Iterable[Filed], zone: ZoneInfo) -> Part:
    sheets = [each for each in filed if each.record.visit and each.record.visit.code == entry.planned.code]
    held = {each.form for each in sheets}
    empty = [_(form.form.title) for form in entry.forms if form.form not in held]
    return Part(
        title=f"{_(entry.planned.label)} ({entry.planned.code})",
        facts=tuple(_visit_facts(entry)),
        sheets=tuple(_sheet(each, zone) for each in sheets),
        empty=_nothing(empty),
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


def _nothing(titles: Sequence[str]) -> str:
    return _("Nothing is recorded of: {forms}").format(forms=", ".join(titles)) if titles else ""


def _log(code: str, filed: Iterable[Filed], zone: ZoneInfo) -> Part:
    form = registry.form(code)
    assert form is not None
    sheets = tuple(_sheet(each, zone) for each in filed if each.form is form)
    return Part(_("Log: {form}").format(form=_(form.title)), (), sheets, "" if sheets else _("No entry."))


def _sheet(filed: Filed, zone: ZoneInfo) -> Sheet:
    record, notes = filed.record, _notes(filed)
    log = STUDY.schedule.log(record.form)
    number = f" {record.repeat}" if log and log.repeats else ""
    answered = {path for path in notes if paths.find(filed.form, path)}
    return Sheet(
        title=f"{_(filed.form.title)}{number}",
        state=_("{state}, version {version}, protocol {protocol}").format(
            state=_(record.state), version=record.version, protocol=record.protocol_version
        ),
        removed=record.removed,
        blocks=tuple(_blocks(filed, notes)),
        notes=tuple(note for path in notes if path not in answered for note in notes[path]),
        changes=tuple(_changes(filed, zone)),
    )


def _notes(filed: Filed) -> dict[str, list[str]]:
    """What is said about each item, by path: its comment, and the questions that were asked."""
    found = {path: [_("Comment: {text}").format(text=said)] for path, said in filed.document.comments.items()}
    for query in filed.document.queries:
        if query.state != CANCELLED:
            found.setdefault(query.item, []).append(_question(query))
    return found


def _question(query: Query) -> str:
    asked = _("Question ({state}): {text}").format(state=_(query.state), text=query.words)
    answer = _("Answer: {text}").format(text=query.explanation) if query.explanation else ""
    return " ".join(filter(None, (asked, answer)))


def _blocks(filed: Filed, notes: dict[str, list[str]]) -> Iterator[Block]:
    document = filed.document
    yield Block("", tuple(_answers(document.answers, "", notes)))
    for group in filed.form.groups:
        rows = document.groups[group.code]
        if group.keys and len(group.keys.codes) > SIDE_BY_SIDE:
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
    for act in history.acts(filed.form, filed.acts):
        head = " · ".join(filter(None, (_moment(act.at, zone), act.actor, act.route, act.reason)))
        yield Change(head, tuple(_line(line) for line in act.lines))


def _line(line: history.Line) -> str:
    if not line.before:
        return _("{label}: {value}").format(label=line.label, value=line.after)
    return _("{label}: from {before} to {after}").format(
        label=line.label, before=line.before, after=line.after
    )


def _day(day: object) -> str:
    return date_format(day, "DATE_FORMAT")  # type: ignore[arg-type]


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{_day(local)} {local:%H:%M}"
