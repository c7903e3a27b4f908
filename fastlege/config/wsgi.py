"""The WSGI application that `fastlege serve` and other servers run."""

import gc
import os

import pyarrow.dataset  # noqa: F401 (else the first reader of a figure waits for it)
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template import Engine
from django.urls import get_resolver
from django.utils import translation

from fastlege.kernel.light_arrow import leave_pandas_alone

leave_pandas_alone()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fastlege.config.settings")
application = get_wsgi_application()


def load_pages() -> None:
    """Load every page, its addresses and the words of each language: else the first visitor of each process waits."""
    for language, _ in settings.LANGUAGES:
        with translation.override(language):
            _ = get_resolver().reverse_dict
    _ = Engine.get_default().template_context_processors


load_pages()
# What is loaded now stays until the end: looking through it for what could be freed would only cost every request.
gc.collect()
gc.freeze()
