# One image for web, worker, timetable and migrations; the command decides which one runs.

FROM python:3.11.14-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/lockkeeper/venv
COPY requirements.txt /tmp/requirements.txt
RUN /opt/lockkeeper/venv/bin/pip install --only-binary :all: --require-hashes \
    --requirement /tmp/requirements.txt

FROM python:3.11.14-slim-bookworm
ENV PATH=/opt/lockkeeper/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    LOCKKEEPER_DATA=/tmp/lockkeeper
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin lockkeeper && \
    install --directory --owner=lockkeeper --group=lockkeeper --mode=0700 /anchors
COPY --from=packages /opt/lockkeeper/venv /opt/lockkeeper/venv
WORKDIR /opt/lockkeeper/app
COPY manage.py LICENSE ./
COPY deploy deploy
COPY registry registry
COPY common common
COPY workspaces workspaces
COPY credentials_app credentials_app
COPY api api
COPY config config
COPY cli cli
COPY templates templates
COPY static static
# This needs no key, and leaves none in a layer.
RUN python manage.py collectstatic --noinput && rm -rf /tmp/lockkeeper && \
    python -m compileall -q registry common workspaces credentials_app api config
USER lockkeeper
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s \
    CMD ["python", "deploy/healthy.py", "http://127.0.0.1:8000/healthz"]
CMD ["gunicorn", "--config", "config/runtime/gunicorn_conf.py", "--bind", "0.0.0.0:8000", \
     "--worker-tmp-dir", "/dev/shm", "config.wsgi:application"]
