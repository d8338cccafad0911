"""Refusals of files: one kind for each sort of file, with a sentence on what is wrong with this one."""

from trial.refusals import Refusal


def refused(code: str, sentence: str, /, **details: object) -> Refusal:
    """The refusal `code` of the catalogue with a sentence, translated already, filled with its details."""
    return Refusal(code, problem=sentence.format(**details))
