"""The settings for browsers: SITE_URL, cookies, security headers, content security policy."""

from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from config import env

SITE_URL = env.text("SITE_URL").rstrip("/")
if not SITE_URL and env.flag("LOCKKEEPER_EMBEDDED"):
    SITE_URL = f"http://localhost:{env.number('LOCKKEEPER_PORT', 8000)}"
LOOPBACK = (urlsplit(SITE_URL).hostname or "") in {"localhost", "127.0.0.1", "::1"}
# Plain http is for a browser on the same machine; start-up refuses it for any other URL.
HTTPS = not SITE_URL.startswith("http://")

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.number("TRUSTED_PROXY_COUNT", 0) else None
)
X_FRAME_OPTIONS = "DENY"

SESSION_ENGINE = "workspaces.sign_in.hashed_sessions"
# The idle time; workspaces/sign_in/session_age.py extends it, and ends old sessions.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "lockkeeper_session"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "lockkeeper_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL else []
# The largest form has four fields for each workspace of a person, where they choose their notices;
# a credential's password has at most 64 KiB.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# A file stays in memory: a stranger's upload must not fill the disk before anybody looks at it.
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
