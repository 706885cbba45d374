# syntax=docker/dockerfile:1
FROM python:3.13-slim AS build
WORKDIR /src
COPY setup.cfg pyproject.toml MANIFEST.in README.md ./
COPY search_service search_service
RUN python -m venv /opt/search-service && /opt/search-service/bin/pip install --no-cache-dir ".[opensearch]"

FROM python:3.13-slim
RUN useradd --system --create-home --home-dir /data --uid 10001 search
COPY --from=build /opt/search-service /opt/search-service
COPY seeds /usr/share/search-service/seeds
ENV PATH=/opt/search-service/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    SEARCH_SERVICE_HOST=0.0.0.0 \
    SEARCH_SERVICE_INDEX_DIR=/data/index \
    SEARCH_SERVICE_SOURCES=/usr/share/search-service/seeds
USER search
WORKDIR /data
# Built into the image, so that a container starts at once; mount a volume at /data to keep
# an index of your own.
RUN search-service index "$SEARCH_SERVICE_SOURCES"
VOLUME /data
EXPOSE 8000
# Asks this container itself: on the port that is set, and through no proxy.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD \
    ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ.get('SEARCH_SERVICE_PORT', '8000')), timeout=2); c.request('GET', '/readyz'); sys.exit(c.getresponse().status != 200)"]
CMD ["search-service", "serve"]
