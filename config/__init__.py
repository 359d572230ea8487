"""Configuration of the product: settings, URLs, the queue and its timetable."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
