"""Who reads the codebook: whoever sees data, and whoever exports them."""

from trial.access import Right, can, check_right
from trial.models import User


def check_reader(person: User) -> None:
    """Refuse who may do neither."""
    if not can(person, Right.EXPORT):
        check_right(person, Right.VIEW_DATA)
