"""The product as Django and gunicorn would have it: no limit of bodies, files in temporary files.

The control of the tests about oversized requests.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import global_settings, settings  # the environment comes first

settings.MIDDLEWARE.remove("config.web.middleware.BodyLimit")
settings.FILE_UPLOAD_HANDLERS = global_settings.FILE_UPLOAD_HANDLERS

from config.wsgi import application as application  # noqa: E402  # after the changes
