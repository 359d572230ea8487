"""The storage of the collected static files; it inlines the imports of style sheets and scripts."""

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

Sources = dict[str, tuple[Storage, str]]
STYLES = re.compile(r"""^@import url\((["'])(?P<file>[\w.-]+)\1\);$""", re.MULTILINE)
SCRIPTS = re.compile(r"""^import (["'])(?P<file>\.{1,2}/[\w./-]+)\1;$""", re.MULTILINE)
ANY_STYLES = re.compile("@import")
ANY_SCRIPTS = re.compile(r"^\s*import\b", re.MULTILINE)


class BundledFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise has no types
    """Inlines every ``@import`` and ``import`` at collectstatic: one request for each kind of file.

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

        texts = {name: bundle(name, read) for name in paths if is_bundle(name, read)}
        for name, text in texts.items():
            self.delete(name)
            self.save(name, ContentFile(text.encode()))
        return {name: (self, name) for name in texts}


def is_bundle(name: str, read: Callable[[str], str]) -> bool:
    """True for a style sheet that imports others, and for a script of ours that does."""
    if name.endswith(".css"):
        return bool(ANY_STYLES.search(read(name)))
    return name.startswith("js/") and bool(ANY_SCRIPTS.search(read(name)))


def bundle(name: str, read: Callable[[str], str]) -> str:
    """The file ``name``, with each import replaced by the text of the imported file.

    ``read`` returns the text of a static file, or raises KeyError. An imported style sheet must be
    in the same folder, so that each ``url()`` stays correct, and no imported file may import
    another. The names of a script stay its own. Raises ImproperlyConfigured for any other import,
    and for a file that is missing.
    """
    is_script = name.endswith(".js")

    def imported(found: re.Match[str]) -> str:
        file = posixpath.normpath(posixpath.join(posixpath.dirname(name), found["file"]))
        try:
            text = read(file)
        except KeyError:
            raise ImproperlyConfigured(f"{name} imports {file}, which does not exist.") from None
        return f"{{\n{text}\n}}" if is_script else text

    text = (SCRIPTS if is_script else STYLES).sub(imported, read(name))
    if (ANY_SCRIPTS if is_script else ANY_STYLES).search(text):
        wanted = 'import "./file.js";' if is_script else '@import url("file.css");'
        raise ImproperlyConfigured(
            f"{name} has an import that cannot be inlined: each is a line of its own, {wanted}, "
            "for a file of the same folder that imports nothing."
        )
    return text
