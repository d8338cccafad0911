"""A participant's casebook in words, to be printed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forms_app.models import Query
from forms_app.paper.book import Answer, Block, Book, Change, Part, Sheet
from forms_app.screens.presenters import history
from forms_app.screens.presenters.fields import shown, spelt
from forms_app.screens.presenters.filled import text
from forms_app.screens.presenters.status import SIGNS
from forms_app.screens.presenters.visit import outside
from forms_app.selectors import documents
from forms_app.selectors.casebook import Casebook, VisitEntry
from forms_app.selectors.contents import Contents, Filed
from forms_app.selectors.history import Act
from forms_app.selectors.queries import APART
from trial.crf import paths, registry
from trial.crf.answers import GroupAnswers, Row
from trial.crf.codelists import CONTACT_MODE, YES_NO
from trial.models import Participant, User
from trial.protocol import STUDY
from trial.protocol.marker import N_
from trial.screens.reasons import in_words

# The columns of a visit and of a participant, with their names on the screen.
OF_VISIT = {
    "occurred": N_("Did the visit take place?"),
    "visit_date": N_("Date"),
    "contact_mode": N_("How"),
    "reason_not_done": N_("Why it did not take place"),
    "reason_unscheduled": N_("Why the visit is held outside the schedule"),
}
OF_PARTICIPANT = {"state": N_("State"), "state_reason": N_("Reason")}


def book(casebook: Casebook, held: Contents, *, by: User, at: datetime) -> Book:
    """The casebook with all that it holds, as `by` printed it at `at`."""
    participant, filed = casebook.participant, held.filed
    zone = ZoneInfo(participant.site.time_zone)
    visits = [_visit(entry, held, zone) for entry in casebook.visits]
    logs = [_log(log.form, filed, zone) for log in STUDY.schedule.logs]
    printed = _("Printed by {person} on {moment}").format(person=by.full_name, moment=_moment(at, zone))
    changes = tuple(_of_row(held.participation, OF_PARTICIPANT, zone))
    return Book(participant.code, tuple(_facts(participant)), printed, changes, (*visits, *logs))


def _facts(participant: Participant) -> Iterator[tuple[str, str]]:
    yield _("Site"), str(participant.site)
    yield _("State"), " – ".join(filter(None, (_(participant.state), in_words(participant.state_reason))))
    yield _("Study"), f"{_(STUDY.title)} ({STUDY.code})"
    yield _("Times"), _("as at the site, {zone}").format(zone=participant.site.time_zone)


def _visit(entry: VisitEntry, held: Contents, zone: ZoneInfo) -> Part:
    key = entry.held.pk if entry.held else None
    sheets = [each for each in held.filed if key and each.record.visit_id == key]
    found = {each.form for each in sheets}
    empty = [_(form.form.title) for form in entry.forms if form.form not in found]
    return Part(
        title=f"{_(entry.planned.label)} ({entry.planned.code})",
        facts=tuple(_visit_facts(entry)),
        sheets=tuple(_sheet(each, zone) for each in sheets),
        empty=_nothing(empty),
        changes=tuple(_of_row(held.visits[key], OF_VISIT, zone)) if key else (),
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
        yield _labelled(_(OF_VISIT["reason_unscheduled"]), held.reason_unscheduled)


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
        if query.state not in APART:
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
    for act in history.acts(filed.form, history.put(filed.acts)):
        lines = [_line(line.label, line.before, line.after) for line in act.lines]
        yield _change(act, act.route, lines, zone)


def _of_row(acts: Iterable[Act], columns: Mapping[str, str], zone: ZoneInfo) -> Iterator[Change]:
    """The changes of these columns of a row that belongs to no record."""
    for act in acts:
        lines = [
            _line(_(label), before, after or _("empty"))
            for change in act.changes
            for name, label in columns.items()
            if (before := _said(name, change.before)) != (after := _said(name, change.after))
        ]
        if lines:
            yield _change(act, _(history.ROUTES.get(act.route, act.route)), lines, zone)


def _said(column: str, row: Mapping[str, Any] | None) -> str:
    """What a column said, in words."""
    value = (row or {}).get(column) or ""
    match column:
        case "occurred":
            return _(YES_NO.label(value)) if value else ""
        case "contact_mode":
            return _(CONTACT_MODE.label(value)) if value else ""
        case "visit_date":
            return spelt(value)
        case "state":
            return _(value) if value else ""
        case "state_reason":
            return in_words(value)
    return str(value)


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
