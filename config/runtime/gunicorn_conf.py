"""How gunicorn serves the pages; ``-c config/runtime/gunicorn_conf.py``."""

import os

from config import env
from config.logging import dictionary
from config.runtime.process import die_with_parent

worker_class = "config.runtime.web_worker.Worker"
workers = env.number("LOCKKEEPER_WEB_PROCESSES", 2)
threads = env.number("LOCKKEEPER_WEB_THREADS", 4)
# Loaded once, before the first worker: a process that must not run ends the whole server.
preload_app = True
timeout = 60
graceful_timeout = 3 if env.flag("LOCKKEEPER_EMBEDDED") else 20
keepalive = 5
worker_tmp_dir = None
control_socket_disable = True
# Addresses hold invitations and resets, so there is no list of who asked for what.
accesslog = None
logconfig_dict = dictionary(env.text("LOCKKEEPER_LOG_LEVEL", "INFO").upper())
limit_request_line = 4094
# Whether the client came by https is for the settings to decide, not for a header from anywhere.
forwarded_allow_ips = ""


def post_fork(server: object, worker: object) -> None:
    """A worker ends with the process that watches it."""
    die_with_parent(os.getppid())


def post_worker_init(worker: object) -> None:
    """A worker looks whether checks go on: who makes them cannot tell that they have stopped."""
    from config.runtime.heartbeat_thread import start  # Django is set up by now, and was not before

    start()
