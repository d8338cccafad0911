"""The rules of the forms, as expressions that a person and a program can read."""

from trial.crf.answers import AtMost, GroupAnswers, NotBefore, OneOf, Row, Rule
from trial.crf.items import Item, When

LANGUAGE = "Fascicle"


def expression(rule: Rule) -> str:
    """What must hold."""
    match rule:
        case AtMost(lower, upper):
            return f"{lower} <= {upper}"
        case NotBefore(later, earlier):
            return f"{later} >= {earlier}"
        case OneOf(asker, names):
            return f"{asker} != 'Y' or 'Y' in ({', '.join(names)}) or unanswered in ({', '.join(names)})"
    raise NotImplementedError(rule)


def of_item(row: type[Row], item: Item) -> list[Rule]:
    """The rules that are said at an item."""
    return [rule for rule in row.rules if rule.item == item.name]


def asked_when(row: type[Row]) -> When | None:
    """For which answers of its form a group is asked."""
    return row.when if issubclass(row, GroupAnswers) else None


def not_asked(when: When) -> str:
    """When an item is not collected."""
    codes = ", ".join(f"'{code}'" for code in when.codes)
    return f"not ({when.item} in ({codes}))"


def not_asked_words(when: When) -> str:
    return f"Not collected unless {when.item} is {' or '.join(when.codes)}."
