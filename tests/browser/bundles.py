"""Static files as production serves them: bundled, and kept by the browser."""

from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from config.web.bundled_files import bundle, is_bundle

TYPES = {".css": "text/css", ".js": "text/javascript"}
plain = StaticFilesHandler.serve


def serve(self: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
    """In place of ``StaticFilesHandler.serve``: a style sheet or script has its imports inside."""
    name = self.file_path(request.path)
    kind = TYPES.get(Path(name).suffix)
    found: HttpResponseBase | FileResponse
    if kind and finders.find(name) and is_bundle(name, _read):
        found = HttpResponse(_bundled(name), content_type=f"{kind}; charset=utf-8")
    else:
        found = plain(self, request)
    found.headers["Cache-Control"] = "max-age=3600"
    return found


@cache
def _bundled(name: str) -> str:
    return bundle(name, _read)


def _read(name: str) -> str:
    found = finders.find(name)
    if found is None:
        raise KeyError(name)
    return Path(found).read_text()
