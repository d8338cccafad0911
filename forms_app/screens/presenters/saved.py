"""What a save left behind, in one sentence."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forms_app.models.query import OPEN
from forms_app.services.records import Saved
from trial.protocol.criteria import verdict
from trial.screens.reasons import in_words


def unexplained(saved: Saved) -> int:
    return sum(query.state == OPEN for query in saved.queries)


def is_complete(saved: Saved) -> bool:
    return not saved.unanswered and not unexplained(saved)


def sentence(saved: Saved, *, stays: bool) -> str:
    """That it is saved, what closed by itself, and what keeps it from being complete.

    The page of the form says the last itself.
    """
    return " ".join(filter(None, (_saved(saved, stays=stays), settled(saved))))


def settled(saved: Saved) -> str:
    """How many questions the save has settled by itself; empty for none."""
    number = len(saved.settled)
    if not number:
        return ""
    return ngettext(
        "{number} question closed by itself: the value was corrected.",
        "{number} questions closed by themselves: the values were corrected.",
        number,
    ).format(number=number)


def _saved(saved: Saved, *, stays: bool) -> str:
    title = _(saved.reading.form.title)
    if is_complete(saved):
        return _("{form} is saved and complete.").format(form=title) + _consequence(saved)
    if stays:
        return _("{form} is saved.").format(form=title)
    unanswered, doubtful = len(saved.unanswered), unexplained(saved)
    if not doubtful:
        return _("{form} is saved. To complete it: {open}.").format(form=title, open=_answers(unanswered))
    if not unanswered:
        return _("{form} is saved. To complete it: {open}.").format(form=title, open=_values(doubtful))
    return _("{form} is saved. To complete it: {answers} and {values}.").format(
        form=title, answers=_answers(unanswered), values=_values(doubtful)
    )


def _consequence(saved: Saved) -> str:
    """What a verdict says, with its reasons, where the form was the eligibility form."""
    if saved.reading.form.code != "eligibility":
        return ""
    judged = verdict(saved.reading.header.values)
    if judged.eligible:
        return " " + _("Eligible.")
    return " " + _("Not eligible: {reasons}").format(
        reasons=" ".join(in_words(each) for each in judged.reasons)
    )


def _answers(number: int) -> str:
    sentence = ngettext("{number} required answer to give", "{number} required answers to give", number)
    return sentence.format(number=number)


def _values(number: int) -> str:
    return ngettext("{number} value to explain", "{number} values to explain", number).format(number=number)
