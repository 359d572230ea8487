"""The settings of the tests: made-up keys, fast hashing, and the databases of the test run."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="lockkeeper-test-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
# Parallel test processes share nothing: gw0, gw1 … each have their own data and queue.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")

os.environ.setdefault("SECRET_KEY", "made-up-secret-key-of-the-tests-" + "0123456789abcdef" * 2)
os.environ.setdefault("SITE_URL", "http://localhost:8000")
# 32 made-up bytes in hex: nothing outside the tests is sealed with them.
os.environ.setdefault(
    "LOCKKEEPER_KEYS", "7b1f0a92c4d3e8566f70819a2b3c4d5e0f1e2d3c4b5a69788796a5b4c3d2e1f0"
)
if WORKER or "LOCKKEEPER_DATA" not in os.environ:
    os.environ["LOCKKEEPER_DATA"] = str(FOLDER)
if os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
if os.environ.get("TEST_REDIS_URL"):
    number = int(WORKER.removeprefix("gw") or 0)
    os.environ["REDIS_URL"] = f"{os.environ['TEST_REDIS_URL']}/{number}"

from config.settings import *  # noqa: E402, F403  # the environment comes first
from config.settings import DATABASES  # noqa: E402  # the same
from registry.secret import Secret  # noqa: E402  # the same

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: several connections share it, as in production.
    DATABASES["default"]["TEST"] = {"NAME": str(FOLDER / "test.sqlite3")}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MAIL_FOLDER = None  # tests receive mails, as people with a mail server do
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
# A provider that a sign-in begins without asking: it has no discovery. Nothing answers there.
LOCKKEEPER_OPENID = {
    "hub": {
        **dict.fromkeys(("name", "domains", "second_factor", "ca"), ""),
        "kind": "github",
        "issuer": "https://hub.example",
        "client_id": "made-up-client",
        "client_secret": Secret("made-up-client-secret"),
    }
}
LOCKKEEPER_MOST_ORGANIZATIONS = LOCKKEEPER_MOST_WORKSPACES = 1000
LOGGING = {"level": "WARNING"}
