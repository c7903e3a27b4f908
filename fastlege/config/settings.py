"""Django's settings. Everything that differs between installations is an environment variable."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF

from fastlege.config.hardening import check_environment, check_production
from fastlege.config.login_hardening import whole_number
from fastlege.database.address import database_settings, home

ENVIRONMENT = check_environment(os.environ.get("FASTLEGE_ENV", "development"))
PRODUCTION = ENVIRONMENT == "production"
DEBUG = os.environ.get("FASTLEGE_DEBUG") == "1"
SECRET_KEY = os.environ.get("FASTLEGE_SECRET_KEY", "development-only")
ALLOWED_HOSTS = os.environ.get("FASTLEGE_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
PACKAGE = Path(__file__).resolve().parent.parent
EDITION = home() / "edition"
"""The folder of the figures that the site shows; `fastlege.reporting` writes it."""
EDITIONS = Path(os.environ.get("FASTLEGE_EDITIONS") or home() / "editions")
"""A folder whose sub-folders are editions of other days: the pages show them beside each other."""

if PRODUCTION:
    check_production(os.environ)

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "csp",
    "fastlege.access",
    "fastlege.messages",
    "fastlege.registry",
    "fastlege.casework",
    "fastlege.claims",
    "fastlege.settlement",
    "fastlege.surveys",
    "fastlege.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "fastlege.web.middleware.content_security_policy",
    "django.middleware.locale.LocaleMiddleware",
    "fastlege.web.middleware.refuse_too_large",
    "fastlege.web.middleware.refuse_nul",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "fastlege.web.login.middleware.identify",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "fastlege.web.frame.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "fastlege.web.templatetags.fastlege",
            ],
        },
    }
]

ROOT_URLCONF = "fastlege.config.urls"
WSGI_APPLICATION = "fastlege.config.wsgi.application"
DATABASES = {"default": database_settings()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Europe/Oslo"

LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", "Bokmål"), ("nn", "Nynorsk"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
# Ids stand in forms as they are; a number for people is written by `web.formats`.
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
# The style of municipality profiles is that of their static pages.
STATICFILES_DIRS = [("profiles", PACKAGE / "reporting" / "profiles" / "style")]
# Files are served from where they lie: nothing to collect before the first start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "fastlege.web.login.guards.form_not_from_here"
RATE_FACTOR = whole_number(os.environ, "FASTLEGE_RATE_FACTOR", usual=1)
"""How many times faster than `access/data/protection.toml` says one visitor may ask: for measuring only."""
PROCESSES = max(1, whole_number(os.environ, "FASTLEGE_PROCESSES", usual=1))
"""How many processes answer on this machine, each with its share of what a visitor may ask."""
PROXIES = whole_number(os.environ, "FASTLEGE_PROXIES", usual=0)
"""How many proxies of the installation's own stand in front of the site, and say who asks and that TLS was used."""
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
SECURE_SSL_REDIRECT = PRODUCTION
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # The design system's icons are data addresses.
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    # What a visitor sends wrong is not worth a line; what breaks is.
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "fastlege": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
