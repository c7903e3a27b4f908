"""Django's settings. Everything that differs between installations is an environment variable."""

from __future__ import annotations

import os
from pathlib import Path

from fastlege.database.address import database_settings

ENVIRONMENT = os.environ.get("FASTLEGE_ENV", "development")
DEBUG = False
SECRET_KEY = os.environ.get("FASTLEGE_SECRET_KEY", "development-only")
ALLOWED_HOSTS = os.environ.get("FASTLEGE_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
PACKAGE = Path(__file__).resolve().parent.parent

INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "fastlege.access",
    "fastlege.registry",
    "fastlege.casework",
    "fastlege.settlement",
    "fastlege.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
USE_THOUSAND_SEPARATOR = True
STATIC_URL = "/static/"
