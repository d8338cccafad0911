"""The tables of the forms at work."""

from forms_app.models.attachment import Attachment
from forms_app.models.calendar_feed import CalendarFeed
from forms_app.models.comment import Comment
from forms_app.models.draft import Draft
from forms_app.models.imports import Import, ImportUnit
from forms_app.models.lock import Lock
from forms_app.models.query import Query
from forms_app.models.safety_alert import SafetyAlert
from forms_app.models.signature import Signature
from forms_app.models.verification import Verification

__all__ = [
    "Attachment",
    "CalendarFeed",
    "Comment",
    "Draft",
    "Import",
    "ImportUnit",
    "Lock",
    "Query",
    "SafetyAlert",
    "Signature",
    "Verification",
]
