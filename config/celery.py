"""The Celery app. Tasks live in the apps; `config` only says how they are carried."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("fascicle")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
