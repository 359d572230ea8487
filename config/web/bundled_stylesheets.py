"""The storage of the collected static files; it inlines the imports of style sheets."""

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

Sources = dict[str, tuple[Storage, str]]
IMPORT = re.compile(r"""^@import url\((["'])(?P<file>[\w.-]+)\1\);$""", re.MULTILINE)


class BundledStylesheets(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise has no types
    """Inlines every ``@import`` at collectstatic, so that a page's styles come in one request.

    In development the source files are served as they are, and the browser follows their imports.
    Django only renames what is imported; django-compressor and django-pipeline would bring template
    tags or a second list of files for what these few lines do.
    """

    def post_process(
        self, paths: Sources, dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        """Bundle first, so that hashes and compressed files are computed from the bundles."""
        if not dry_run:
            paths = paths | self._save_bundles(paths)
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _save_bundles(self, paths: Sources) -> Sources:
        """Reads the source files: STATIC_ROOT may contain the bundle of an earlier run."""

        def read(name: str) -> str:
            storage, path = paths[name]
            with storage.open(path) as file:
                return str(file.read(), "utf-8")

        importing = [name for name in paths if name.endswith(".css") and "@import" in read(name)]
        for name in importing:
            self.delete(name)
            self.save(name, ContentFile(bundle(name, read).encode()))
        return {name: (self, name) for name in importing}


def bundle(name: str, read: Callable[[str], str]) -> str:
    """The style sheet ``name``, with each import replaced by the text of the imported file.

    ``read`` returns the text of a static file, or raises KeyError. An imported file must be in the
    same folder, so that each ``url()`` stays correct, and must import nothing. Raises
    ImproperlyConfigured for any other import, and for a file that is missing.
    """

    def imported(found: re.Match[str]) -> str:
        file = posixpath.join(posixpath.dirname(name), found["file"])
        try:
            return read(file)
        except KeyError:
            raise ImproperlyConfigured(f"{name} imports {file}, which does not exist.") from None

    text = IMPORT.sub(imported, read(name))
    if "@import" in text:
        raise ImproperlyConfigured(
            f"{name} has an @import that cannot be inlined: each is a line of its own, "
            '@import url("file.css");, for a file of the same folder that imports nothing.'
        )
    return text
