# docker build -t pool-scraper . ; docs/how-to/deploy.md says how it is run.
FROM python:3.12-slim AS build
RUN python -m venv /opt/scraper
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY requirements requirements
COPY scraper scraper
RUN /opt/scraper/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt \
    && /opt/scraper/bin/pip install --no-cache-dir --constraint constraints.txt '.[dask,fast,locales]'

FROM python:3.12-slim
COPY --from=build /opt/scraper /opt/scraper
# The folder is there, and the user's, before VOLUME: a new volume is a copy of it, and root's otherwise.
# Newer Debians make homes that nobody else may enter: with `docker run --user` it is somebody else.
RUN useradd --create-home --home-dir /work --uid 10001 scraper && chmod 755 /work \
    && install --directory --owner=scraper --group=scraper /work/output
USER scraper
WORKDIR /work
VOLUME /work/output
ENTRYPOINT ["/opt/scraper/bin/python", "-m", "scraper"]
CMD ["--help"]
