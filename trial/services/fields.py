"""Judging the fields of a row before the database does, in sentences that name them."""

from django.core.exceptions import ValidationError
from django.db.models import Model

from trial.refusals import Refusal


def check(row: Model) -> None:
    """Raise Refusal when a field is empty that may not be, too long, or no e-mail address."""
    try:
        row.clean_fields()
    except ValidationError as error:
        sentences = [f"{name}: {' '.join(said)}" for name, said in error.message_dict.items()]
        raise Refusal("malformed", problem=" ".join(sentences)) from error
