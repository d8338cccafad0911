"""The Celery app. Tasks live in the apps; `config` only says how they are carried."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# A fit multiplies small matrices: threads would cost more than they bring, and take others' cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

app = Celery("fascicle")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
