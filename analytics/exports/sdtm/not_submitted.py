"""Items that go into no dataset, each with its reason."""

from typing import Final

AS_EVENT = "What occurred is an adverse event of its own, and is told there."
FOLLOWS = "The rows that it asks for say it."

# By form or group, and item.
NOT_SUBMITTED: Final[dict[tuple[str, str], str]] = {
    ("complication", "cpoccur"): AS_EVENT,
    ("complication", "cptim"): AS_EVENT,
    ("complication", "cpaction"): AS_EVENT,
    ("interval", "aeyn"): FOLLOWS,
    ("eligibility", "pregdat"): "The result of the test is not collected; EXCL06 says what follows from it.",
    ("deviation", "dvnotreas"): "What is no deviation is not told in DV.",
}
