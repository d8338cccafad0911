"""The WSGI application that gunicorn serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

if not settings.SECRET_KEY:  # Django itself raises on an empty key; asking for it here makes that happen at the start
    raise SystemExit("FASCICLE_SECRET_KEY is not set.")
