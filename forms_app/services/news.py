"""What other systems are told of records and questions: codes and numbers, and where the API shows them."""

from django.urls import reverse

from forms_app.models import Query
from trial.models import Happening, Record
from trial.services.webhooks import News


def completed(record: Record) -> News:
    """A form has come to be complete."""
    return News(Happening.RECORD_COMPLETED, record.participant.site, _about(record), _address(record))


def serious_event(record: Record) -> News:
    """A version of a serious event of which the safety contact hears, too."""
    return News(Happening.SERIOUS_EVENT, record.participant.site, _about(record), _address(record))


def opened(record: Record, query: Query) -> News:
    """A question stands open: a check or a person asks it, asks it again, or a candidate was released."""
    about = {**_about(record), "item": query.item, "check": query.check_code}
    address = f"{_address(record)}queries/"
    return News(Happening.QUERY_OPENED, record.participant.site, about, address)


def _about(record: Record) -> dict[str, str | int]:
    return {
        "participant": record.participant.code,
        "visit": record.visit.code if record.visit else "",
        "form": record.form,
        "repeat": record.repeat,
        "version": record.version,
    }


def _address(record: Record) -> str:
    code = record.participant.code
    if record.visit is None:
        return reverse("api-log-entry", args=(code, record.form, record.repeat))
    return reverse("api-record", args=(code, record.visit.code, record.form))
