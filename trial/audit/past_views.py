"""The schema `as_of`: for each table of the trial a view that shows it as it was, made from its events.

A view has the name and the columns of its table, so whatever reads the table by its bare name reads the view
instead once `as_of` stands first in the search path. The rows are those of the last event of each key
that is visible in the position of the settings `fascicle.as_of_epoch` and `fascicle.as_of_snapshot`;
without these settings a view cannot be read at all.
"""

import json
from functools import cache
from hashlib import sha256
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, Model, Value
from django.db.models.expressions import BaseExpression
from django.db.models.fields import NOT_PROVIDED

from trial.audit.tracking import tracked_models

SCHEMA: Final = "as_of"

# Who people are, what they may do and how they sign in is asked of today, whatever is read.
OF_TODAY = frozenset(
    {"trial.User", "trial.Membership", "trial.SecondFactor", "trial.RecoveryCode", "trial.Webhook"}
)
# The apps whose tables are the trial's; what others bring is about accounts.
OF_THE_TRIAL = frozenset({"trial", "forms_app"})

EVENTS = """
create view as_of.trial_event as
select e.*
from public.trial_event e
where e.epoch < current_setting('fascicle.as_of_epoch')::integer
   or (e.epoch = current_setting('fascicle.as_of_epoch')::integer
       and pg_visible_in_snapshot(e.xact, current_setting('fascicle.as_of_snapshot')::pg_snapshot))
"""

# A column that is younger than an event has its default there, as its table has for rows of that age.
# `offset 0` keeps the planner from taking the view apart: it would join the events of one table with those of
# the next before the rows in them are known.
ROWS = """
create view as_of."{table}" as
select r.*
from (
    select distinct on (e.key) e.operation, e.row
    from as_of.trial_event e
    where e.table_name = '{table}'
    order by e.key desc, e.id desc
) e
cross join lateral jsonb_populate_record(null::public."{table}", '{defaults}'::jsonb || e.row) r
where e.operation <> 'delete'
offset 0
"""

DROP = f"drop schema if exists {SCHEMA} cascade"


def models() -> list[type[Model]]:
    """The models whose tables are read as they were."""
    return [
        model
        for model in tracked_models()
        if model._meta.app_label in OF_THE_TRIAL and model._meta.label not in OF_TODAY
    ]


@cache
def digest() -> str:
    """SHA-256 of all definitions: which views this code expects to find."""
    return sha256("".join(_definition(model) for model in models()).encode()).hexdigest()


def statements(role: str, present: set[str]) -> list[str]:
    """What makes the schema anew, readable for the role, from the tables that are present."""
    wanted = models()
    found = [model for model in wanted if model._meta.db_table in present]
    made = digest() if len(found) == len(wanted) else "incomplete"
    return [
        DROP,
        f"create schema {SCHEMA}",
        EVENTS,
        *(_definition(model) for model in found),
        f"grant usage on schema {SCHEMA} to {role}",
        f"grant select on all tables in schema {SCHEMA} to {role}",
        f"comment on schema {SCHEMA} is '{made}'",
    ]


def _definition(model: type[Model]) -> str:
    fields = model._meta.local_concrete_fields
    defaults = {field.column: value for field in fields if (value := _default(field)) is not None}
    text = json.dumps(defaults, cls=DjangoJSONEncoder, sort_keys=True).replace("'", "''")
    return ROWS.format(table=model._meta.db_table, defaults=text)


def _default(field: "Field[Any, Any]") -> Any:
    """What a migration that adds the column gives to rows that are there; None where that is no constant."""
    given = field.db_default if field.db_default is not NOT_PROVIDED else field.default
    if isinstance(given, Value):
        return given.value
    if given is NOT_PROVIDED:
        return "" if field.empty_strings_allowed and field.blank and not field.null else None
    if isinstance(given, BaseExpression):
        return None
    if callable(given):
        return given() if given in (dict, list) else None
    return given
