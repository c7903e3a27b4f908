"""The WSGI application that `fastlege serve` and other servers run."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fastlege.config.settings")
application = get_wsgi_application()
