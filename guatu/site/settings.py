"""Django settings, all derived from `guatu.site.environment`."""

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from guatu.site import environment, kinds

env = environment.read(os.environ)
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
    "guatu.kernel",
    "guatu.reference",
    "guatu.enterprises",
    "guatu.parks",
    "guatu.chains",
    "guatu.projects",
    "guatu.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "guatu.kernel.web.middleware.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "guatu.kernel.web.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "guatu.kernel.web.middleware.DefaultDeny",
    "guatu.kernel.web.middleware.Refusals",
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
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
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

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "guatu.kernel.web.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if GUATU_MODE == "production":
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True

for _name, _value in env.email.items():
    globals()[_name] = _value

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}

SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W021"]
GUATU_PRODUCT_NAME = _("Guatu")
GUATU_ZONE_KINDS = kinds.ZONE_KINDS
GUATU_ORGANISATION_KINDS = kinds.ZONE_KINDS + kinds.OTHER_KINDS
