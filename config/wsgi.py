"""The WSGI application that gunicorn serves."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

from trial.audit import epochs  # noqa: E402  (only now are its models ready)

# Django refuses an empty key, but only when it first signs something; asked for here, at the start.
if not settings.SECRET_KEY:
    raise SystemExit("FASCICLE_SECRET_KEY is not set.")

# A database restored into another cluster is read and written only after its next epoch was opened.
epochs.require_current()

# The addresses bring every page with them: read here, nobody's first page waits for that.
import_module(settings.ROOT_URLCONF)
