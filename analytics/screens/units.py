"""Units as a sentence has them."""

from django.utils.translation import gettext as _

from trial.protocol.analyses import Analysis


def of_change(analysis: Analysis) -> str:
    """Of a difference of two values: of per cent percentage points, which cannot be read as a share."""
    return _("percentage points") if analysis.unit == "%" else _(analysis.unit)
