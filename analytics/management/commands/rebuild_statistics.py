from typing import Any

from analytics.models import Rebuild
from analytics.services.rebuild import rebuild
from trial.management.writing import WritingCommand
from trial.protocol import STUDY


class Command(WritingCommand):
    help = "Compare the running statistics of each outcome with those of all records, as happens each night."

    def handle(self, *args: Any, **options: Any) -> None:
        for analysis in STUDY.analyses:
            self.stdout.write(f"{analysis.outcome}: {_in_words(rebuild(analysis.outcome))}")


def _in_words(made: Rebuild | None) -> str:
    if made is None:
        return "nothing to compare; the next refit reads all records."
    if made.agreed:
        return f"agreed to the bit, {made.n_participants} participants."
    return (
        f"DISAGREED, {made.n_participants} participants. The rebuilt statistics are used from now on, and a "
        "new run was fitted to them."
    )
