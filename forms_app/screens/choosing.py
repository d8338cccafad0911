"""What the second of two savers has chosen, item by item."""

from dataclasses import replace

from django.http import QueryDict

from forms_app.screens import typed as typing
from forms_app.screens.place import Place
from forms_app.screens.presenters.conflict import chosen, compare, merged
from forms_app.screens.typed import Typed
from forms_app.selectors import documents

# The version that both began with; a page sends it when it lets somebody choose.
BASE_FIELD = "base"


def choose(post: QueryDict, place: Place, typed: Typed) -> Typed:
    """What was typed, with the saved answers where those were chosen.

    When somebody saved once more, or a choice is missing, it is what was typed on the version that it
    began with: the save is then refused, and everything is shown again.
    """
    if BASE_FIELD not in post:
        return typed
    unchosen = replace(typed, version=typing.version(str(post[BASE_FIELD])))
    held = place.held()
    if held is None or held.version != typed.version:
        return unchosen
    stored = documents.read(held).plain()
    choices = chosen(post)
    if any(each.path not in choices for each in compare(place.form, stored, typed)):
        return unchosen
    return merged(place.form, stored, typed, choices)
