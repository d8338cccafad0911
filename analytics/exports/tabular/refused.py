"""What a format cannot hold, said by the table, the column and the row."""

from django.utils.translation import gettext as _

from trial.refusals import Refusal


def too_long(program: str, column: str, row: int, length: int, longest: int) -> Refusal:
    """A text that would have to be cut. The lengths are as the program counts them."""
    problem = _("it is {length} long, and at most {longest} fit").format(length=length, longest=longest)
    return Refusal("export_text", program=program, column=column, row=row, problem=problem)


def ends_in_space(program: str, column: str, row: int) -> Refusal:
    """A text whose last space the program would drop."""
    problem = _("it ends with a space, which is lost there")
    return Refusal("export_text", program=program, column=column, row=row, problem=problem)


def too_many_digits(program: str, column: str, row: int) -> Refusal:
    """A number that a double would round."""
    problem = _("it has more digits than are kept there")
    return Refusal("export_text", program=program, column=column, row=row, problem=problem)
