# The first stage builds a wheel and installs it; the second holds Python, the result and a user without rights.
FROM python:3.11.14-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
WORKDIR /src
# Versions and hashes of all that is fetched, what builds the wheel included. They change seldom, so they come first.
COPY deploy/requirements.txt deploy/build-requirements.txt deploy/
RUN python -m venv --without-pip /opt/orderbot \
    && pip --python /opt/orderbot/bin/python install --require-hashes --requirement deploy/requirements.txt
RUN python -m venv /opt/build \
    && /opt/build/bin/pip install --require-hashes --requirement deploy/build-requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY providers providers
COPY storage storage
RUN /opt/build/bin/pip wheel --no-build-isolation --no-deps --wheel-dir dist . \
    && pip --python /opt/orderbot/bin/python install --no-deps dist/*.whl \
    && pip --python /opt/orderbot/bin/python check

FROM python:3.11.14-slim-bookworm
RUN groupadd --system --gid 10001 orderbot \
    && useradd --system --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin orderbot \
    && install --directory --owner=orderbot --group=orderbot --mode=0700 /data
COPY --from=build /opt/orderbot /opt/orderbot
# In the container the bot always answers there, whatever the settings file says: the check below asks it.
ENV PATH=/opt/orderbot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    ORDERBOT_METRICS__LISTEN=127.0.0.1:9464
USER 10001:10001
# The default settings file and the default database are looked for here.
WORKDIR /data
VOLUME ["/data"]
STOPSIGNAL SIGTERM
# It takes up to 10 seconds over its answer. A start that has much to bring up to date takes longer.
HEALTHCHECK --interval=30s --timeout=15s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import http.client as web; asked = web.HTTPConnection('127.0.0.1', 9464, timeout=12); asked.request('GET', '/healthz'); raise SystemExit(asked.getresponse().status != 200)"]
ENTRYPOINT ["orderbot"]
CMD ["run"]
