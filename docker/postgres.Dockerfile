# PostgreSQL with pg_cron, from the PostgreSQL project's own packages that the base image is set up for.
FROM postgres:17-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-17-cron \
    && rm -rf /var/lib/apt/lists/*
