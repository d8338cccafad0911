"""The images of a record in the shapes of their templates."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from forms_app.images.kinds import SUFFIXES
from forms_app.models import Attachment
from forms_app.models.attachment import IMAGE_KIND
from forms_app.screens.presenters.fields import Option
from forms_app.selectors import attachments as selector
from forms_app.selectors.attachments import Numbered
from trial.models import Record
from trial.refusals import Refusal


@dataclass(frozen=True)
class ImageView:
    """An image: its number in the record, what it is, and what was said of it."""

    number: int
    title: str
    caption: str
    format: str
    size: int
    removed: bool


@dataclass(frozen=True)
class Typed:
    """What was said of an image that was refused; the file itself has to be chosen again."""

    kind: str = ""
    caption: str = ""
    reason: str = ""
    number: int = 0


@dataclass(frozen=True)
class Page:
    images: list[ImageView]
    kinds: list[Option]
    typed: Typed = field(default_factory=Typed)
    refusal: Refusal | None = None

    @property
    def caption_error(self) -> str:
        return str(self.refusal.extra.get("errors", {}).get("caption", "")) if self.refusal else ""


def page(found: list[Numbered], typed: Typed | None = None, refusal: Refusal | None = None) -> Page:
    typed = typed or Typed()
    kinds = [
        Option(code, _(label), code == typed.kind, f"kind-{code.lower()}") for code, label in IMAGE_KIND.terms
    ]
    return Page(images(found), kinds, typed, refusal)


def of(record: Record) -> list[ImageView] | None:
    """The images of a record; None where its form has none."""
    return images(selector.all_of(record)) if record.form in selector.WITH_IMAGES else None


def images(found: list[Numbered]) -> list[ImageView]:
    return [_image(each.number, each.attachment) for each in found]


def _image(number: int, attachment: Attachment) -> ImageView:
    return ImageView(
        number=number,
        title=_("{kind}, image {number}").format(kind=_(IMAGE_KIND.label(attachment.kind)), number=number),
        caption=attachment.caption,
        format=SUFFIXES[attachment.media_type].removeprefix(".").upper(),
        size=attachment.size,
        removed=attachment.removed,
    )
