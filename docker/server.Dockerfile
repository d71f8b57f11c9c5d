# The command line `slotkeeper`, with the SQL that it deploys.
FROM python:3.13-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.txt

COPY pyproject.toml README.md ./
COPY server ./server
COPY slotkeeper ./slotkeeper
COPY db ./db
RUN pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
    && python -m compileall -q server slotkeeper \
    && useradd --system --user-group --no-create-home --shell /usr/sbin/nologin slotkeeper

USER slotkeeper
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["slotkeeper"]
CMD ["serve"]
