from django.db import models


class Comment(models.Model):
    """A remark of the site on one item of a record (CDISC CO). An empty text takes it back.

    `item` is the path of the item, as on a query.
    """

    record = models.ForeignKey("trial.Record", models.PROTECT, related_name="comments")
    item = models.CharField(max_length=80)
    text = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "item"], name="comment_once")]

    def __str__(self) -> str:
        return f"{self.item}: {self.text}"
