"""Django's settings: safe for production by default; only the environment can relax them."""

import os
from secrets import token_urlsafe

from config import env

# Cookies, headers and the content policy are settings too.
from config.web.security_headers import *  # noqa: F403
from config.web.security_headers import HTTPS, LOOPBACK, SITE_URL

BASE_DIR = env.BASE_DIR
LOCKKEEPER_EMBEDDED = env.flag("LOCKKEEPER_EMBEDDED")
LOCKKEEPER_DATA = env.data_folder()
KEY_FOLDER = LOCKKEEPER_DATA / "keys"

# Keys. Without SECRET_KEY a process gets a random one, for the few commands that need no key; the
# start of every other process is refused.
if LOCKKEEPER_EMBEDDED:
    env.default_file("SECRET_KEY", KEY_FOLDER / "secret_key")
    env.default_file("LOCKKEEPER_KEYS", KEY_FOLDER / "sealing_keys")
SECRET_KEY_GIVEN = env.text("SECRET_KEY")
SECRET_KEY = SECRET_KEY_GIVEN or token_urlsafe(48)
SECRET_KEY_FALLBACKS = env.word_list("SECRET_KEY_FALLBACKS")
LOCKKEEPER_KEYS = env.text("LOCKKEEPER_KEYS")
ALLOW_MISSING_KEYS = env.flag("ALLOW_MISSING_KEYS")

DEBUG = env.flag("DEBUG")
ALLOWED_HOSTS = env.word_list("ALLOWED_HOSTS") or [h for h in [env.host_of(SITE_URL)] if h]
if LOOPBACK:
    ALLOWED_HOSTS = [*dict.fromkeys([*ALLOWED_HOSTS, "localhost", "127.0.0.1", "[::1]"])]
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "credentials_app.apps.CredentialsConfig",
    "workspaces.apps.WorkspacesConfig",
    "common.apps.CommonConfig",
    "workspaces.apps.AuditAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "csp",
]
MIDDLEWARE = [
    "config.web.middleware.RequestMark",
    "config.web.middleware.Headers",
    "api.boundary.ApiBoundary",
    "config.web.middleware.BodyLimit",
    "config.web.middleware.HealthFirst",
    "config.web.middleware.MethodPage",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.web.compression.Compression",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "workspaces.sign_in.session_age.SessionAge",
    "config.web.login_required.LoginRequired",
    "workspaces.clock.PersonalClock",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "workspaces.sign_in.required_factor.SignInRules",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.web.theme.in_templates",
            ],
            "libraries": {"lucide": "workspaces.templatetags.icons"},
        },
    }
]

# Database
DATABASES = {"default": env.database(f"sqlite:///{LOCKKEEPER_DATA / 'lockkeeper.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "lockkeeper_cache",
        # Rate limits are stored here: a small cache would evict them, and so forget them.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}
REDIS_URL = env.queue()

# People
AUTH_USER_MODEL = "workspaces.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "workspaces.sign_in.passwords.HardToGuess"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOCKKEEPER_ORGANIZATIONS = env.text("LOCKKEEPER_ORGANIZATIONS", "anyone")
LOCKKEEPER_WORKER_PROCESSES = env.number(
    "LOCKKEEPER_WORKER_PROCESSES", min(len(os.sched_getaffinity(0)), 4)
)
LOCKKEEPER_MOST_ORGANIZATIONS = env.number("LOCKKEEPER_MOST_ORGANIZATIONS", 3)
LOCKKEEPER_MOST_WORKSPACES = env.number("LOCKKEEPER_MOST_WORKSPACES", 20)
LOCKKEEPER_MOST_CREDENTIALS = env.number("LOCKKEEPER_MOST_CREDENTIALS", 2000)
LOCKKEEPER_TOKEN_DAYS = env.number("LOCKKEEPER_TOKEN_DAYS", 365)
LOCKKEEPER_SIGN_UP = env.text("LOCKKEEPER_SIGN_UP", "closed")
ACCOUNT_ADAPTER = "workspaces.sign_in.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "workspaces.sign_in.forms.SignInForm",
    "reset_password": "workspaces.sign_in.forms.ForgottenForm",
    "signup": "workspaces.sign_in.forms.SignUpForm",
    "add_email": "workspaces.sign_in.forms.NewAddressForm",
    "change_password": "workspaces.sign_in.forms.NewPasswordForm",
    "reset_password_from_key": "workspaces.sign_in.forms.ResetForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_NOTIFICATIONS = ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "signup": "20/m/ip",
}
MFA_ADAPTER = "workspaces.sign_in.mfa_adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_FORMS = {
    "authenticate": "workspaces.sign_in.code_forms.SecondStepForm",
    "reauthenticate": "workspaces.sign_in.code_forms.ConfirmByCodeForm",
    "authenticate_webauthn": "workspaces.sign_in.passkey_forms.SecondStepPasskeyForm",
    "login_webauthn": "workspaces.sign_in.passkey_forms.PasskeyLoginForm",
    "reauthenticate_webauthn": "workspaces.sign_in.passkey_forms.ConfirmByPasskeyForm",
}
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_DIGITS = 10
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

# Mail: without a mail server each mail becomes a file, and pages say so.
MAIL = env.mail_settings()
MAIL_FOLDER = None if MAIL else LOCKKEEPER_DATA / "mails"
EMAIL_BACKEND = MAIL.get("EMAIL_BACKEND", "config.mail.backend.FileMails")
EMAIL_HOST = MAIL.get("EMAIL_HOST", "localhost")
EMAIL_PORT = MAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = MAIL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = MAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = MAIL.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM") or f"lockkeeper@{env.host_of(SITE_URL) or 'localhost'}"
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Identity providers and registries: the start is refused if one of these is invalid.
LOCKKEEPER_OPENID = env.identity_providers()
LOCKKEEPER_OPENID_NETWORKS = env.text("LOCKKEEPER_OPENID_NETWORKS")
LOCKKEEPER_PRIVATE_NETWORKS = env.text("LOCKKEEPER_PRIVATE_NETWORKS")
LOCKKEEPER_PROXY = env.text("LOCKKEEPER_PROXY")
LOCKKEEPER_ONLY_HOSTS = env.text("LOCKKEEPER_ONLY_HOSTS")
LOCKKEEPER_AUDIT_ANCHORS = env.anchor_folder()
LOCKKEEPER_NAT64_PREFIX = env.text("LOCKKEEPER_NAT64_PREFIX")
LOCKKEEPER_CHECK_INTERVAL = env.duration("LOCKKEEPER_CHECK_INTERVAL", "12h")
LOCKKEEPER_OUTAGE_NOTICE_HOURS = env.number("LOCKKEEPER_OUTAGE_NOTICE_HOURS", 3)
LOCKKEEPER_BIND = env.text("LOCKKEEPER_BIND", "127.0.0.1")
LOCKKEEPER_PORT = env.number("LOCKKEEPER_PORT", 8000)

# The time that running tasks have when a worker stops; the leases bring back the others.
LOCKKEEPER_STOP_WITHIN_S = 2.5 if LOCKKEEPER_EMBEDDED else 20.0

# Pages
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"
FORMAT_MODULE_PATH = ["config.formats"]
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = LOCKKEEPER_DATA / "static" if LOCKKEEPER_EMBEDDED else BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.web.bundled_files.BundledFiles"},
}

# Logs and error reports
LOCKKEEPER_LOG_LEVEL = env.text("LOCKKEEPER_LOG_LEVEL", "INFO").upper()
LOGGING_CONFIG = "config.logging.configure"
LOGGING = {"level": LOCKKEEPER_LOG_LEVEL}
DEFAULT_EXCEPTION_REPORTER = "config.web.error_reports.SilentReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "config.web.error_reports.SilentFilter"
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # the owner of the domain decides if its subdomains use https
    "security.W021",  # and if the domain is on the preload list of browsers
]
