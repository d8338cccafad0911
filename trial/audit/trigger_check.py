"""Verifies that every trigger and every function is there, switched on, and as the migrations install it."""

from collections.abc import Iterator

from trial.audit import declared, findings, reading
from trial.audit.declared import Installed
from trial.audit.findings import FUNCTION, TRIGGER, Problem
from trial.audit.operations import Trigger

TRIGGERS = """
select c.relname::text, t.tgname::text, t.tgtype::int, encode(t.tgargs, 'escape'), p.proname::text,
       t.tgenabled::text,
       t.tgqual is null and cardinality(t.tgattr::int2[]) = 0 and p.pronamespace = 'public'::regnamespace
from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
where c.relnamespace = 'public'::regnamespace and not t.tgisinternal
order by 1, 2
"""
FUNCTIONS = """
select p.proname::text, p.prosrc, l.lanname::text, p.prosecdef, coalesce(p.proconfig, '{}')
from pg_proc p join pg_language l on l.oid = p.prolang
where p.pronamespace = 'public'::regnamespace and starts_with(p.proname, 'fascicle_')
order by 1
"""
# pg_trigger.tgtype
FOR_EACH_ROW = 1
MOMENTS = {"before": 2, "insert": 4, "delete": 8, "update": 16}
SWITCHED_ON = ("O", "A")


def problems(using: str = "default") -> Iterator[Problem]:
    """What is missing, changed, switched off, or was put there by nobody here: triggers, then functions."""
    yield from _triggers(using)
    yield from _functions(using)


def _triggers(using: str) -> Iterator[Problem]:
    found = {(table, name): rest for table, name, *rest in reading.rows(TRIGGERS, using=using)}
    for (table, name), trigger in sorted(declared.triggers().items()):
        if (table, name) not in found:
            yield Problem(TRIGGER, findings.REMOVED, "It watches no more.", table=table, key=name)
            continue
        *what, enabled, is_plain = found[table, name]
        if enabled not in SWITCHED_ON:
            yield Problem(TRIGGER, findings.CHANGED, "It is switched off.", table=table, key=name)
        if what != _stored(trigger) or not is_plain:
            sentence = "It is not what the migrations hang there."
            yield Problem(TRIGGER, findings.CHANGED, sentence, table=table, key=name)
    for table, name in sorted({*found} - {*declared.triggers()}):
        sentence = "No migration hangs it there."
        yield Problem(TRIGGER, findings.INSERTED, sentence, table=table, key=name)


def _stored(trigger: Trigger) -> list[object]:
    """Moment, arguments and function of a trigger as PostgreSQL keeps them."""
    moment = FOR_EACH_ROW | sum(bit for word, bit in MOMENTS.items() if word in trigger.when.split())
    return [moment, "".join(f"{each}\\000" for each in trigger.arguments), trigger.function]


def _functions(using: str) -> Iterator[Problem]:
    found: dict[str, list[Installed]] = {}
    for name, body, language, is_of_owner, options in reading.rows(FUNCTIONS, using=using):
        settings = frozenset(option.lower() for option in options)
        found.setdefault(name, []).append(Installed(body, language, is_of_owner, settings))
    for name, installed in sorted(declared.functions().items()):
        if name not in found:
            yield Problem(FUNCTION, findings.REMOVED, "Triggers need it.", key=name)
        elif found[name] != [installed]:
            yield Problem(FUNCTION, findings.CHANGED, "It is not what the migrations install.", key=name)
    for name in sorted({*found} - {*declared.functions()}):
        yield Problem(FUNCTION, findings.INSERTED, "No migration installs it.", key=name)
