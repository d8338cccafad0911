"""The remarks of the site on items: they are saved with the form that they belong to."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from forms_app.models import Comment
from trial import typed_text
from trial.crf import paths
from trial.crf.answers import Answers
from trial.models import Record

LONGEST = 1000


def errors(form: type[Answers], comments: Mapping[str, str]) -> dict[str, str]:
    """A sentence for each comment that cannot be stored, at `comments.<path>`."""
    said = {path: _problem(form, path, text.strip()) for path, text in comments.items()}
    return {f"comments.{path}": problem for path, problem in said.items() if problem}


def follow(
    record: Record, comments: Mapping[str, str], removed: tuple[str, ...] = (), *, created: bool
) -> tuple[Comment, ...]:
    """The comments that differ from what is stored; `store` writes them.

    What is not named stays as it is; an empty text takes a comment back. Those in `removed` rows go with
    their row: the next one of the same number would come with them.
    """
    if not comments and not removed:
        return ()
    stored = {} if created else {each.item: each.text for each in Comment.objects.filter(record=record)}
    given = {path: text.strip() for path, text in comments.items()}
    given |= {path: "" for path in (*stored, *given) if path.startswith(removed)}
    return tuple(
        Comment(record=record, item=path, text=text)
        for path, text in given.items()
        if stored.get(path, "") != text
    )


def store(comments: Sequence[Comment]) -> None:
    """Write comments in one statement, or none. Part of a caller's transaction."""
    Comment.objects.bulk_create(
        comments, update_conflicts=True, unique_fields=["record", "item"], update_fields=["text"]
    )


def _problem(form: type[Answers], path: str, text: str) -> str | None:
    if paths.find(form, path) is None:
        return _("The form has no item “{item}”.").format(item=path)
    return typed_text.problem(text, LONGEST)
