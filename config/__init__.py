"""Configuration of the product: settings, URLs, the queue and its timetable.

Importing it imports nothing else: the supervisor needs neither Django nor Celery.
"""

VERSION = "0.1.0"
