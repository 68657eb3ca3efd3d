# The first stage builds a wheel and installs it; the second holds Python, the result and a user without rights.
FROM python:3.11.14-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bot bot
COPY providers providers
COPY storage storage
RUN pip wheel --no-deps --wheel-dir dist . \
    && python -m venv --without-pip /opt/orderbot \
    && pip --python /opt/orderbot/bin/python install --constraint constraints.txt dist/*.whl

FROM python:3.11.14-slim-bookworm
RUN useradd --system --user-group --uid 10001 --no-create-home orderbot \
    && install --directory --owner=orderbot --group=orderbot /data
COPY --from=build /opt/orderbot /opt/orderbot
ENV PATH=/opt/orderbot/bin:$PATH \
    PYTHONUNBUFFERED=1
USER 10001
# The default settings file and the default database are looked for here.
WORKDIR /data
VOLUME ["/data"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["orderbot"]
CMD ["run"]
