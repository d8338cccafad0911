from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from trial.protocol.marker import N_
from trial.words import Sentence

# States of ODM 2.0.
CANDIDATE = N_("candidate")
OPEN = N_("open")
ANSWERED = N_("answered")
CLOSED = N_("closed")
CANCELLED = N_("cancelled")

# How the check codes of the questions begin that people raise.
MANUAL = "manual-"

QUERY_STATES = (CANDIDATE, OPEN, ANSWERED, CLOSED, CANCELLED)

QUERY_MOVES: dict[str, tuple[str, ...]] = {
    CANDIDATE: (OPEN, CANCELLED),
    OPEN: (ANSWERED, CLOSED, CANCELLED),
    ANSWERED: (OPEN, CLOSED),
    CLOSED: (OPEN,),
    CANCELLED: (),
}


class Query(models.Model):
    """A question about a value that a check raised, with the explanation the site gave.

    `item` is the path of the item in its record, `side.LEFT.ndlga` in a repeating group; empty for the record
    as a whole. The sentence is
    kept as a template in English with its values, so that each reader meets it in their own language.
    A person's question is in that person's words; its check code is `manual-1`, `manual-2`, ...
    `deviation` is the kind of deviation from the protocol that the check speaks of, if it is one.
    """

    record = models.ForeignKey("trial.Record", models.PROTECT, related_name="queries")
    item = models.CharField(max_length=80, blank=True)
    check_code = models.CharField(max_length=40)
    sentence = models.CharField(max_length=300)
    values = models.JSONField(default=dict, db_default={})
    deviation = models.CharField(max_length=30, blank=True, default="", db_default="")
    state = models.CharField(max_length=10, default=OPEN)
    # None for a check.
    raised_by = models.ForeignKey("trial.User", models.PROTECT, null=True, related_name="+")
    assigned_to = models.ForeignKey("trial.User", models.PROTECT, null=True, related_name="+")
    # Since when it stands open, answered and so on: the last move, and the last opening.
    opened_at = models.DateTimeField(default=timezone.now, db_default=Now())
    moved_at = models.DateTimeField(default=timezone.now, db_default=Now())
    explanation = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "queries"
        constraints = [
            models.UniqueConstraint(fields=["record", "item", "check_code"], name="query_once"),
            models.CheckConstraint(condition=models.Q(state__in=QUERY_STATES), name="query_state_code"),
            models.CheckConstraint(
                condition=~models.Q(state=ANSWERED) | ~models.Q(explanation=""), name="query_answer_given"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.check_code}"

    @property
    def code(self) -> str:
        """How clients and screens address it, for example `rom_t1.soft`."""
        return f"{self.item}.{self.check_code}"

    @property
    def is_manual(self) -> bool:
        """Whether a person raised it, and not a check."""
        return self.check_code.startswith(MANUAL)

    @property
    def words(self) -> Sentence:
        """What is asked, in the language of who reads it."""
        return Sentence.of({"template": self.sentence, "values": self.values})
