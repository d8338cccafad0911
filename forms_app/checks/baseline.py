"""Baseline is measured before the needle: what all its forms have in common."""

from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forms_app.checks.circumstances import Circumstances
from trial.crf.reading import Reading


def hard(reading: Reading, circumstances: Circumstances) -> Iterator[tuple[str, str]]:
    """No baseline is measured on a day after the injection. Said at the first item of the form."""
    visit = circumstances.visit
    if visit.code != "BL" or visit.visit_date is None or circumstances.injection_date is None:
        return
    if visit.visit_date > circumstances.injection_date:
        told = _(
            "The baseline visit is dated {visit}, after the injection of {injection}. Correct one of the "
            "dates first."
        )
        first = next(item.name for item in reading.form.items() if not item.derived)
        yield (
            first,
            told.format(
                visit=date_format(visit.visit_date), injection=date_format(circumstances.injection_date)
            ),
        )
