"""The WSGI application; importing it ends the process if it must not start."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from config.runtime.startup import refuse_bad_start  # noqa: E402  # Django must be set up before

refuse_bad_start()
