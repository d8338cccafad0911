"""The tables of the forms at work."""

from forms_app.models.query import Query

__all__ = ["Query"]
