"""The WSGI application that `fastlege serve` and other servers run."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fastlege.config.settings")
application = get_wsgi_application()

# What is loaded now stays until the end: looking through it for what could be freed would only cost every request.
gc.collect()
gc.freeze()
