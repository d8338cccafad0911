"""The WSGI application that gunicorn serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# Django refuses an empty key, but only when it first signs something; asked for here, at the start.
if not settings.SECRET_KEY:
    raise SystemExit("FASCICLE_SECRET_KEY is not set.")
