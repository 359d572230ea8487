"""The settings of gunicorn: ``-c config/runtime/gunicorn_conf.py``."""

import os

from config import env
from config.logging import dictionary
from config.runtime.process import die_with_parent

worker_class = "config.runtime.web_worker.Worker"
workers = env.number("LOCKKEEPER_WEB_PROCESSES", 2)
threads = env.number("LOCKKEEPER_WEB_THREADS", 4)
# The application loads once, before the first worker: a refused start ends the whole server.
preload_app = True
timeout = 60
graceful_timeout = 3 if env.flag("LOCKKEEPER_EMBEDDED") else 20
keepalive = 5
# Below the usual limit of 1,024 open files of a process.
worker_connections = 500
# The worker limits the time of each response; the kernel's sendfile would evade that.
sendfile = False
worker_tmp_dir = None
control_socket_disable = True
# URLs contain tokens of invitations and password resets, so there is no access log.
accesslog = None
logconfig_dict = dictionary(env.text("LOCKKEEPER_LOG_LEVEL", "INFO").upper())
limit_request_line = 4094
# Django's settings decide if a request came by https; gunicorn trusts no header for it.
forwarded_allow_ips = ""


def post_fork(server: object, worker: object) -> None:
    """A worker ends with its supervisor."""
    die_with_parent(os.getppid())


def post_worker_init(worker: object) -> None:
    """Each web process watches the checker: a checker that stopped cannot report that itself."""
    from config.runtime.heartbeat_thread import (
        start_heartbeat_thread,  # Django is set up only now
    )

    start_heartbeat_thread()
