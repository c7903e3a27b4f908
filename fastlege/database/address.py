"""Which PostgreSQL server: the one that FASTLEGE_DATABASE_URL names, else the embedded one under FASTLEGE_HOME."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from fastlege.kernel.errors import DataError


def database_settings() -> dict[str, Any]:
    """Django's settings for the default database."""
    url = os.environ.get("FASTLEGE_DATABASE_URL", "")
    parts = urlsplit(url)
    if url and parts.scheme not in {"postgres", "postgresql"}:
        raise DataError(
            "must start with postgresql://", where="FASTLEGE_DATABASE_URL", remedy="SQLite and others will not do."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "fastlege",
        "USER": unquote(parts.username or "postgres"),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }
