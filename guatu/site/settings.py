"""Django settings, all derived from `guatu.site.environment`."""

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from guatu.site import door_settings, environment, kinds

env = environment.read(os.environ)
doors = door_settings.read(os.environ, env.mode)
HERE = Path(__file__).resolve().parent

GUATU_HOME = env.home
GUATU_MODE = env.mode
GUATU_ROLES = HERE / "roles.yaml"
GUATU_NAVIGATION = "guatu.site.navigation"
SECRET_KEY = env.secret_key
DEBUG = False
ALLOWED_HOSTS = env.allowed_hosts

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "axes",
    "guatu.kernel",
    "guatu.reference",
    "guatu.enterprises",
    "guatu.parks",
    "guatu.chains",
    "guatu.projects",
    "guatu.dispatch",
    "guatu.outreach",
    "guatu.bulletins",
    "guatu.wall",
    "guatu.site",
]

MIDDLEWARE = [
    "guatu.kernel.web.doors.KnownProxies",
    "django.middleware.security.SecurityMiddleware",
    "guatu.kernel.web.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "guatu.kernel.web.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "guatu.kernel.web.doors.Doors",
    "guatu.kernel.web.middleware.DefaultDeny",
    "guatu.kernel.web.middleware.StorableText",
    "guatu.kernel.web.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "guatu.site.urls"
WSGI_APPLICATION = "guatu.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "guatu.kernel.web.context.page",
            ],
        },
    }
]

DATABASES = {"default": env.database, "progress": env.progress_database}
DATABASE_ROUTERS = ["guatu.kernel.routing.ProgressRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "kernel.User"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "guatu.kernel.doors.passwords.GoodEnough"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "guatu.kernel.doors.passwords.NotUsedBefore"},
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
GUATU_COMMAND_LANGUAGE = env.language
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "guatu.site.formats"

STATIC_URL = "/static/"
STATIC_ROOT = GUATU_HOME / "static"
STATICFILES_DIRS = [HERE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if GUATU_MODE != "production"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = GUATU_MODE != "production"
MEDIA_ROOT = GUATU_HOME / "documents"
GUATU_BACKUP_FOLDER, GUATU_BACKUPS_KEPT = env.backup_folder, env.backups_kept
GUATU_SPARK = env.spark
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
GUATU_UPLOAD_MAX_BYTES = 50 * 1024 * 1024

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default"],
    }
}

GUATU_TRUSTED_PROXIES = doors.trusted_proxies
GUATU_LIMITS = doors.limits
GUATU_LOCK_SECONDS = doors.lock_seconds
GUATU_LOGIN_FAILURES_ADDRESS = doors.login_failures_address
GUATU_LOGIN_FAILURES_ACCOUNT = doors.login_failures_account
GUATU_TOKEN_FAILURES = doors.token_failures
GUATU_SESSION_IDLE_SECONDS = doors.idle_seconds
GUATU_PASSWORD_MAX_DAYS = doors.password_max_days
AXES_HANDLER = "guatu.kernel.doors.lockout.Handler"
AXES_FAILURE_LIMIT = doors.login_failures
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address", "username"]
AXES_COOLOFF_TIME = "guatu.kernel.doors.lockout.cool_off"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "guatu.kernel.doors.lockout.response"
AXES_CLIENT_IP_CALLABLE = "guatu.kernel.doors.address.counted_address"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_VERBOSE = False

SESSION_ENGINE = "guatu.kernel.doors.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = doors.session_seconds
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "guatu.kernel.web.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if GUATU_MODE == "production":
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = doors.hsts_seconds

GUATU_OIDC = doors.oidc
if GUATU_OIDC:
    INSTALLED_APPS += door_settings.ALLAUTH_APPS
    MIDDLEWARE.append("allauth.account.middleware.AccountMiddleware")
    AUTHENTICATION_BACKENDS.append("allauth.account.auth_backends.AuthenticationBackend")
    globals().update(door_settings.allauth(GUATU_OIDC))

GUATU_URL = env.url
GUATU_DIGEST_AT = env.digest_at
for _name, _value in env.email.items():
    globals()[_name] = _value

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_traces": {"()": "guatu.site.logs.WithoutTraces"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["without_traces"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}

SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W021"]
GUATU_PRODUCT_NAME = _("Guatu")
GUATU_ZONE_KINDS = kinds.ZONE_KINDS
GUATU_ORGANISATION_KINDS = kinds.ZONE_KINDS + kinds.OTHER_KINDS
