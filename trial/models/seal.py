from django.db import models

from trial.models.event import TransactionId


class Seal(models.Model):
    """A batch of events under one signed Merkle root, chained to the seal before.

    It covers the transactions of its epoch from `from_xact` (included) to `to_xact` (excluded), all of them
    ended when it was made; the seal after it goes on where it ends. `leaves` holds, by the number of the
    event, 8 bytes of that number and 32 of the leaf's hash for each. `previous` is the `hash` of the seal
    before, `signature` signs `hash` with the key that `key_id` names; hashes and signature are hexadecimal.
    """

    number = models.PositiveIntegerField(unique=True)
    epoch = models.IntegerField()
    from_xact = TransactionId()
    to_xact = TransactionId()
    events = models.PositiveIntegerField()
    leaves = models.BinaryField()
    # The SHA-256 of `leaves`, hexadecimal: it is signed, and a seal can be told without them.
    leaves_digest = models.CharField(max_length=64)
    root = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    hash = models.CharField(max_length=64)
    key_id = models.CharField(max_length=16)
    signature = models.CharField(max_length=128)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return str(self.number)
