"""What composes the apps into a running system: settings, addresses, the Celery app, the embedded servers."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
