"""One style sheet and one script in production, made of the source files."""

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import Client

from config.settings import STORAGES
from config.web.bundled_files import bundle
from tests.cast import alice, client_for
from tests.config import installation

CSS = installation.PROJECT / "static" / "css"
IMPORTED: list[str] = re.findall(
    r'^@import url\("(.+)"\);$', (CSS / "app.css").read_text(), re.MULTILINE
)
ADMIN = {"admin.css", "admin_pages.css"}


def stylesheets(client: Client, path: str) -> list[str]:
    """The names of the style sheets that a page links to."""
    page = client.get(path, follow=True).content.decode()
    return re.findall('<link rel="stylesheet" href="/static/(.+?)">', page)


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installation.collected(tmp_path_factory.mktemp("place"))


@pytest.fixture
def production(collected: Path, settings: LazySettings) -> Path:
    """Pages link to the collected files, which are in the folder that this gives."""
    settings.STORAGES, settings.STATIC_ROOT = STORAGES, collected
    return collected


def test_every_source_file_is_imported_once_or_is_for_the_admin() -> None:
    named = sorted([*IMPORTED, *ADMIN, "app.css"])
    assert named == sorted(file.name for file in CSS.iterdir())


def test_the_bundle_holds_the_source_files_in_their_order_and_nothing_else(collected: Path) -> None:
    rest = (collected / "css" / "app.css").read_text()
    for name in IMPORTED:
        before, found, rest = rest.partition((CSS / name).read_text())
        assert found, f"{name} is missing, or comes too early"
        assert not re.sub(r"/\*.*?\*/", "", before).strip()
    assert not rest.strip()


def test_no_collected_style_sheet_imports_another(collected: Path) -> None:
    sheets = list(collected.rglob("*.css"))
    assert len(sheets) > 2 * len(IMPORTED), "each has a copy with a hash"
    assert [sheet for sheet in sheets if "@import" in sheet.read_text().lower()] == []


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/account/login/", "/not/there/", "/"])
def test_a_page_has_one_style_sheet(production: Path, path: str) -> None:
    client = Client() if path == "/account/login/" else client_for(alice())
    [name] = stylesheets(client, path)
    assert re.fullmatch(r"css/app\.[0-9a-f]{12}\.css", name)
    served = b"".join(client.get(f"/static/{name}"))
    assert served == (production / "css" / "app.css").read_bytes()
    assert gzip.decompress((production / f"{name}.gz").read_bytes()) == served


@pytest.mark.django_db
def test_in_development_each_source_file_is_served_as_it_is(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.DEBUG, settings.STORAGES, settings.STATIC_ROOT = True, STORAGES, tmp_path
    assert stylesheets(Client(), "/account/login/") == ["css/app.css"]
    for name in ("app.css", *IMPORTED):
        assert b"".join(Client().get(f"/static/css/{name}")) == (CSS / name).read_bytes()


@pytest.fixture
def collect(tmp_path: Path, settings: LazySettings) -> Callable[[dict[str, str]], Path]:
    """Writes static files of our own making and collects them; gives the folder."""
    settings.STORAGES, settings.STATIC_ROOT = STORAGES, tmp_path / "collected"
    settings.STATICFILES_DIRS = [tmp_path / "source"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]

    def write_and_collect(files: dict[str, str]) -> Path:
        for name, text in files.items():
            file = tmp_path / "source" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        call_command("collectstatic", interactive=False, verbosity=0)
        return tmp_path / "collected"

    return write_and_collect


def hashed(folder: Path, name: str) -> Path:
    """The file that pages are led to."""
    manifest = json.loads((folder / "staticfiles.json").read_text())
    return folder / manifest["paths"][name]


def test_what_a_part_refers_to_is_found_from_the_bundle(
    collect: Callable[[dict[str, str]], Path],
) -> None:
    folder = collect(
        {
            "css/app.css": '@import url("part.css");\n',
            "css/part.css": 'a { background: url("../img/dot.svg"); }\n',
            "img/dot.svg": "<svg/>",
        }
    )
    text = hashed(folder, "css/app.css").read_text()
    image = hashed(folder, "img/dot.svg")
    assert text == f'a {{ background: url("../img/{image.name}"); }}\n\n'


def test_a_change_of_one_part_is_in_the_next_bundle_and_in_its_name(
    collect: Callable[[dict[str, str]], Path],
) -> None:
    folder = collect({"css/app.css": '@import url("part.css");', "css/part.css": "a { top: 1px; }"})
    first = hashed(folder, "css/app.css").name
    collect({"css/part.css": "a { top: 2px; }"})
    assert (folder / "css" / "app.css").read_text() == "a { top: 2px; }"
    assert hashed(folder, "css/app.css").read_text() == "a { top: 2px; }"
    assert hashed(folder, "css/app.css").name != first


def test_a_missing_file_ends_collectstatic(collect: Callable[[dict[str, str]], Path]) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"css/app\.css imports css/gone\.css"):
        collect({"css/app.css": '@import url("gone.css");'})


@pytest.mark.parametrize(
    ("imports", "complaint"),
    [
        pytest.param('@import url("gone.css");', "which does not exist", id="a missing file"),
        pytest.param('@import url("../part.css");', "cannot be inlined", id="another folder"),
        pytest.param('@import url("part.css") print;', "cannot be inlined", id="for some media"),
        pytest.param('@import url("nested.css");', "cannot be inlined", id="an import in a part"),
        pytest.param('/* @import url("part.css"); */', "cannot be inlined", id="in a comment"),
        pytest.param('@import "part.css";', "cannot be inlined", id="another spelling"),
    ],
)
def test_an_import_that_cannot_be_inlined_is_refused(imports: str, complaint: str) -> None:
    sources = {
        "css/app.css": f'@import url("part.css");\n{imports}\n',
        "css/part.css": "a { top: 0; }\n",
        "css/nested.css": '@import url("part.css");\n',
    }
    with pytest.raises(ImproperlyConfigured, match=complaint):
        bundle("css/app.css", sources.__getitem__)


JS = installation.PROJECT / "static" / "js"


def test_every_script_is_imported_once() -> None:
    named = re.findall(r'^import "\./(.+)";$', (JS / "app.js").read_text(), re.MULTILINE)
    assert sorted([*named, "app.js"]) == sorted(file.name for file in JS.iterdir())


def test_the_collected_script_has_all_parts_and_imports_nothing(collected: Path) -> None:
    text = (collected / "js" / "app.js").read_text()
    assert not re.search(r"^\s*import\b", text, re.MULTILINE)
    assert text.index("var htmx=") < text.index((JS / "menu.js").read_text())
    for file in JS.iterdir():
        assert file.name == "app.js" or f"{{\n{file.read_text()}\n}}" in text


def test_a_script_keeps_its_names_to_itself() -> None:
    sources = {"js/app.js": 'import "./a.js";\nimport "../x/b.js";\n', "js/a.js": "const a = 1;"}
    sources["x/b.js"] = "const a = 2;"
    text = bundle("js/app.js", sources.__getitem__)
    assert text == "{\nconst a = 1;\n}\n{\nconst a = 2;\n}\n"


@pytest.mark.parametrize(
    ("imports", "complaint"),
    [
        pytest.param('import "./gone.js";', "which does not exist", id="a missing file"),
        pytest.param('import { a } from "./part.js";', "cannot be inlined", id="names"),
        pytest.param('import "./nested.js";', "cannot be inlined", id="an import in a part"),
        pytest.param('import "part.js";', "cannot be inlined", id="another spelling"),
    ],
)
def test_a_script_that_cannot_be_inlined_is_refused(imports: str, complaint: str) -> None:
    sources = {
        "js/app.js": f'import "./part.js";\n{imports}\n',
        "js/part.js": "let a;\n",
        "js/nested.js": 'import "./part.js";\n',
    }
    with pytest.raises(ImproperlyConfigured, match=complaint):
        bundle("js/app.js", sources.__getitem__)
