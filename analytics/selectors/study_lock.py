"""The lock of the study under which results stand, if there is one."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from forms_app.models import Lock
from forms_app.selectors import locks
from trial.models import Seal


@dataclass(frozen=True)
class StudyLock:
    """A lock of the study with the seal that covers it, None until it is made."""

    lock: Lock
    seal: Seal | None

    @property
    def words(self) -> str:
        """That the study is locked, since when and under which seal."""
        day = date_format(self.lock.set_at)
        if self.seal is None:
            return _("Study locked on {day}; the seal follows.").format(day=day)
        return _("Study locked on {day} (seal {seal}).").format(day=day, seal=self.seal.number)

    @property
    def tag(self) -> str:
        """What tells it from another state of the lock, in an ETag."""
        return f"locked{self.lock.pk}.{self.seal.number if self.seal else 0}"


def read() -> StudyLock | None:
    """Two statements where the study is locked, else one."""
    lock = locks.study_lock()
    return StudyLock(lock, locks.seal_of(lock)) if lock else None
