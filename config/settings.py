"""Settings of every process. What differs between machines comes from the environment."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from kombu import Exchange, Queue

from config import environment
from config.embedded.folder import DataFolder

BASE_DIR = Path(__file__).resolve().parent.parent
DATA = DataFolder.default()

# As an export says of itself; the version is that of pyproject.toml.
SOFTWARE = "Fascicle 0.1.0"

DEBUG = environment.flag("FASCICLE_DEBUG")
# Empty when unset: Django then refuses to sign anything, and `config.wsgi` refuses to start.
SECRET_KEY = environment.secret(
    "FASCICLE_SECRET_KEY", default="known to all, for debug only" if DEBUG else ""
)
# After a change of the key the one before, until `reconceal` has run: what it encrypted, the keys of
# authenticator apps, stays readable. Not for SECRET_KEY_FALLBACKS: a key that leaked must sign nothing more.
FORMER_SECRET_KEY = environment.secret("FASCICLE_FORMER_SECRET_KEY")
# What pseudonyms and shifted dates come from; without it no export is de-identified. With it and a list
# of the participants they can be named: it stands in no database, and it stays the same for good.
DEIDENTIFICATION_SECRET = environment.secret(
    "FASCICLE_DEIDENTIFICATION_SECRET", default="known to all, for debug only" if DEBUG else ""
)
ALLOWED_HOSTS = environment.words("FASCICLE_ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = environment.words("FASCICLE_TRUSTED_ORIGINS")

# Over TLS a browser takes a cookie with this prefix from this very host only, and only for TLS.
COOKIE_PREFIX = "" if DEBUG else "__Host-"

# Every page says so where the participants are invented.
SYNTHETIC_DATA = environment.flag("FASCICLE_SYNTHETIC_DATA", default=DEBUG)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "knox",
    "axes",
    "csp",
    "trial",
    "forms_app",
    "analytics",
]

MIDDLEWARE = [
    "config.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    # After the session and before whatever speaks.
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "trial.audit.middleware.OriginMiddleware",
    "trial.screens.idle.IdleMiddleware",
    "trial.lock_out.ClientMiddleware",
    "trial.screens.methods.KnownMethodsMiddleware",
    "trial.screens.unprintable.NullCharacterMiddleware",
    "trial.screens.refusals.RefusalMiddleware",
    "trial.screens.required_factor.RequiredFactorMiddleware",
    "axes.middleware.AxesMiddleware",
    # The last: it runs the view itself.
    "trial.api.idempotency.IdempotencyMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "trial.screens.context.shell",
                "forms_app.screens.context.due_counts",
                "forms_app.screens.context.query_counts",
                "forms_app.screens.context.sign_counts",
            ],
        },
    },
]

# Language and time

LANGUAGE_CODE = "en-gb"
# Each by its own name: who looks for a language may not read the one that the page is in.
LANGUAGES = [("en-gb", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
# Kept by the browser and not by the account: it holds before anybody has signed in, too.
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
LANGUAGE_COOKIE_AGE = int(timedelta(days=365).total_seconds())
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = not DEBUG
TIME_ZONE = "UTC"
USE_TZ = True

# Database: two roles

_APP_URL = environment.url("DATABASE", default=DATA.app_url)
# Without an owner's address (web and worker in production) the app role stands in, and PostgreSQL refuses it
# everything that only the owner may do.
_OWNER_URL = environment.url(
    "DATABASE_OWNER", default=DATA.owner_url if DATA.app_url == _APP_URL else _APP_URL
)

DATABASES: dict[str, Any] = {
    "default": {
        **dj_database_url.parse(_APP_URL, conn_max_age=600, conn_health_checks=True),
        # Test databases are made by the owner; the app role works in the same one.
        "TEST": {"MIRROR": "owner"},
    },
    "owner": dj_database_url.parse(_OWNER_URL),
}
DATABASE_ROUTERS = ["config.routers.MigrateAsOwner"]

# Accounts and sessions

AUTH_USER_MODEL = "trial.User"
AUTHENTICATION_BACKENDS = ["trial.authentication.AccountBackend"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "trial.passwords.OwnWordsValidator"},
    {"NAME": "trial.passwords.OwnNamesValidator"},
]
# Lock-out: by account and address, so that nobody locks somebody else out from elsewhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ACCESS_FAILURE_LOG = True
# The log is kept for ever: the role of the application cannot delete from it.
AXES_ACCESS_FAILURE_LOG_PER_USER_LIMIT = 1_000_000_000
AXES_USERNAME_CALLABLE = "trial.lock_out.tried"
AXES_CLIENT_IP_CALLABLE = "trial.client_address.client_address"
AXES_LOCKOUT_CALLABLE = "trial.screens.locked_out.locked_out"
# Nothing that was typed is kept, and nobody is named in the log of the server: see its logger below.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken", "next"]
AXES_VERBOSE = False
SESSION_ENGINE = "trial.sessions"
SESSION_COOKIE_AGE = int(
    timedelta(hours=12).total_seconds()
)  # one working day; nobody signs in twice on a shift
# Without an act of the person a session ends earlier. Acts are written down once in SESSION_RENEWAL at most.
SESSION_IDLE = timedelta(minutes=environment.number("FASCICLE_IDLE_MINUTES", 30))
SESSION_IDLE_WARNING = timedelta(minutes=2)
SESSION_RENEWAL = timedelta(minutes=1)
MESSAGE_STORAGE = "config.messages.PrefixedStorage"

# Transport and browser policy

SECURE_SSL_REDIRECT = not DEBUG
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked inside the container, where there is no TLS
SECURE_HSTS_SECONDS = 0 if DEBUG else int(timedelta(days=365).total_seconds())
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEBUG
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
SESSION_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_SECURE = not DEBUG
BEHIND_PROXY = environment.flag("FASCICLE_BEHIND_PROXY")
if BEHIND_PROXY:
    # Only where a proxy of ours overwrites the header: elsewhere any client could claim to have come by TLS.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Preloading binds a whole domain for years: its owner decides that, not this application.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# Static files

STATIC_URL = "/static/"
# Fonts and scripts are for pages of this host.
WHITENOISE_ALLOW_ALL_ORIGINS = False
STATICFILES_DIRS = [BASE_DIR / "static"]
if DEBUG:
    # Served where they lie: collecting and compressing would cost a newcomer twelve seconds.
    _STATIC_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"
    WHITENOISE_USE_FINDERS = True
    WHITENOISE_AUTOREFRESH = True
else:
    _STATIC_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    STATIC_ROOT = environment.text("FASCICLE_STATIC_ROOT", str(BASE_DIR / "staticfiles"))

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _STATIC_STORAGE},
}

# Images of records

# In a volume of their own, and in every backup beside the database.
ATTACHMENTS = environment.text("FASCICLE_ATTACHMENTS", str(DATA.attachments))
ATTACHMENT_MB = environment.number("FASCICLE_ATTACHMENT_MB", 20)
# Never by way of a temporary file: what is sent may name somebody. What is larger is dropped unread.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = (ATTACHMENT_MB + 1) * 1024 * 1024

# Exports

# Archives until they expire, in a volume that web and workers share; they can be made again, so in no backup.
EXPORTS = environment.text("FASCICLE_EXPORTS", str(DATA.exports))
EXPORT_DAYS = environment.number("FASCICLE_EXPORT_DAYS", 7)

# The seals of the ledger

# What stands outside the database, so that who owns it cannot rewrite it. The key is read by who seals, when
# it is needed: the web process has none.
SEAL_KEY_FILE = environment.text("FASCICLE_SEAL_KEY_FILE", str(DATA.seal_key))
SEAL_JOURNAL = environment.text("FASCICLE_SEAL_JOURNAL", str(DATA.seal_journal))
SEAL_PUBLIC_KEYS = str(Path(SEAL_JOURNAL).with_name("public_keys"))

# E-mail

EMAIL_HOST = environment.text("FASCICLE_EMAIL_HOST", "localhost")
EMAIL_PORT = environment.number("FASCICLE_EMAIL_PORT", 587)
EMAIL_HOST_USER = environment.text("FASCICLE_EMAIL_USER")
EMAIL_HOST_PASSWORD = environment.secret("FASCICLE_EMAIL_PASSWORD")
EMAIL_USE_TLS = environment.flag("FASCICLE_EMAIL_TLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text("FASCICLE_EMAIL_FROM", "fascicle@localhost")
EMAIL_SUBJECT_PREFIX = "Fascicle: "
# Who is told when an account is locked out, when running statistics contradict themselves at a refit, or the
# records at the nightly rebuild.
ADMINS = [(address, address) for address in environment.words("FASCICLE_ALARMS_TO")]
# Who hears of a serious adverse event as soon as it is saved.
SAFETY_CONTACT = environment.words("FASCICLE_SAFETY_CONTACT")
if DEBUG:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA.mail

# Webhooks

# The hosts (or host:port) to which messages may go, none unless named, and which of them may be in a private
# network.
WEBHOOK_HOSTS = environment.words("FASCICLE_WEBHOOK_HOSTS")
WEBHOOK_PRIVATE_HOSTS = environment.words("FASCICLE_WEBHOOK_PRIVATE_HOSTS")

# API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "trial.authentication.AccountToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "trial.api.schema.Schema",
    # What an answer is made of is no parameter.
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "trial.api.problems.handler",
    "DEFAULT_THROTTLE_CLASSES": ["trial.api.throttling.PersonThrottle"],
    "DEFAULT_THROTTLE_RATES": {"person": environment.text("FASCICLE_API_RATE", "600/min")},
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
# The model is ours: knox brings no table.
KNOX_TOKEN_MODEL = "trial.ApiToken"  # nosec B105
MIGRATION_MODULES = {"knox": None}
REST_KNOX = {"TOKEN_TTL": timedelta(days=30), "AUTO_REFRESH": False, "TOKEN_MODEL": KNOX_TOKEN_MODEL}
SPECTACULAR_SETTINGS = {
    "TITLE": "Fascicle",
    "DESCRIPTION": "The electronic case report form of the thoracolumbar fascia injection trial.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    # An item's codes stand with the item: to name each list would need a name for each item of each form.
    "POSTPROCESSING_HOOKS": ["trial.api.described_problems.complete"],
}

# Celery

CELERY_BROKER_URL = environment.url("CELERY_BROKER", default=DATA.broker_url)
# Celery prefers the variable CELERY_BROKER_URL to its own setting, but it knows nothing of our password file.
CELERY_BROKER_READ_URL = CELERY_BROKER_WRITE_URL = CELERY_BROKER_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # What a killed worker had taken comes back after `visibility_timeout`, looked at every ten seconds.
    "visibility_timeout": 600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    # A dead broker must not hold up a save: the sweep on the beat finds what was not sent.
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "max_retries": 0,  # or opening the channel alone would try for four seconds, whatever the publisher says
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 540  # below the visibility time-out, or a long task would run twice at once
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# The checks of a thousand participants must hold up neither a refit nor the notice of a serious event: they
# wait in a queue of their own, and the worker takes from both in turn.
# Seals have one, too: they are due every few seconds, whatever else waits. So have messages to other systems:
# a receiver may be slow.
QUEUES = ("celery", "checks", "seals", "webhooks", "imports", "exports", "supplements")
CELERY_TASK_QUEUES = [Queue(name, Exchange(name), routing_key=name) for name in QUEUES]
CELERY_TASK_ROUTES = {
    "forms_app.tasks.go_on_with_import": {"queue": "imports", "routing_key": "imports"},
    "forms_app.tasks.recheck": {"queue": "checks", "routing_key": "checks"},
    "trial.tasks.seal": {"queue": "seals", "routing_key": "seals"},
    "analytics.tasks.supplement": {"queue": "supplements", "routing_key": "supplements"},
    "analytics.tasks.piece": {"queue": "supplements", "routing_key": "supplements"},
    "analytics.tasks.export": {"queue": "exports", "routing_key": "exports"},
    "trial.tasks.deliver": {"queue": "webhooks", "routing_key": "webhooks"},
}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "analytics.tasks.sweep",
        "schedule": 15.0,
        "options": {"expires": 15.0},  # while no worker runs, sweeps must not pile up
    },
    "rebuild": {
        "task": "analytics.tasks.rebuild_all",
        "schedule": crontab(hour=2, minute=30),  # in CELERY_TIMEZONE
        "options": {"expires": 3600.0},
    },
    "sessions": {
        "task": "trial.tasks.clear_sessions",
        "schedule": crontab(hour=3, minute=30),
        "options": {"expires": 3600.0},
    },
    "seal": {
        "task": "trial.tasks.seal",
        "schedule": 5.0,
        "options": {"expires": 5.0},
    },
    "ledger": {
        "task": "trial.tasks.verify_ledger",
        "schedule": crontab(hour=4, minute=30),
        "options": {"expires": 3600.0},
    },
    "exports": {
        "task": "analytics.tasks.sweep_exports",
        "schedule": 30.0,
        "options": {"expires": 30.0},
    },
    "supplements": {
        "task": "analytics.tasks.sweep_supplements",
        "schedule": 15.0,
        "options": {"expires": 15.0},
    },
    "old supplements": {
        "task": "analytics.tasks.clear_supplements",
        "schedule": crontab(hour=3, minute=50),
        "options": {"expires": 3600.0},
    },
    "webhooks": {
        "task": "trial.tasks.sweep_deliveries",
        "schedule": 15.0,
        "options": {"expires": 15.0},
    },
    "safety": {
        "task": "forms_app.tasks.sweep_safety_alerts",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "imports": {
        "task": "forms_app.tasks.sweep_imports",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "old imports": {
        "task": "forms_app.tasks.clear_imports",
        "schedule": crontab(hour=3, minute=45),
        "options": {"expires": 3600.0},
    },
    "checks": {
        "task": "forms_app.tasks.recheck_all",
        "schedule": crontab(hour=1, minute=30),
        "options": {"expires": 3600.0},
    },
}

# Log

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"tokens": {"()": "config.log.WithoutTokens"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["tokens"]},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # It would name people and their addresses; its tables do.
        "axes": {"level": "ERROR"},
    },
}
