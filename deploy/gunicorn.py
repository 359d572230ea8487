"""How the web process of a container serves pages."""

import os

bind = "0.0.0.0:8000"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
timeout = 30
graceful_timeout = 20
# Heartbeats in memory: a busy disk must not look like a hanging worker.
worker_tmp_dir = "/dev/shm"  # noqa: S108 - what gunicorn advises for containers
control_socket_disable = True
accesslog = None
