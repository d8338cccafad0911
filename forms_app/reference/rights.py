"""The rights as one table: which role may do what, how far it reaches, and back."""

from forms_app.reference.markdown import table
from trial.access import RIGHTS, Right, Role

INTRODUCTION = """\
# Rights

Made by `make docs` from `trial/access.py`, the one table that screens, API and services ask. A role is held
at a site, from one day to another, both included; a right holds where and while its role does. Nobody gives
themselves a role.

## Right by role
"""

BY_ROLE = """\
## Role by role
"""


def as_markdown() -> str:
    """The table to be read, from the rights and from the roles."""
    return "\n".join([INTRODUCTION, _by_right(), BY_ROLE, _by_role()])


def _by_right() -> str:
    head = ["right", "reaches", *(role.label for role in Role)]
    rows = [[right.value, right.scope.value, *(_mark(role, right) for role in Role)] for right in Right]
    return table(head, rows)


def _by_role() -> str:
    rows = [[role.label, "; ".join(right.value for right in Right if right in RIGHTS[role])] for role in Role]
    return table(["role", "may"], rows)


def _mark(role: Role, right: Right) -> str:
    return "×" if right in RIGHTS[role] else ""
