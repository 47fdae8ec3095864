# The starter with the framework, as one image that runs from source: nothing is compiled.
# The tag moves with patches of Node 24 and of Debian, so that building again brings them.

FROM node:24-slim AS dependencies
WORKDIR /app
# The manifests alone: this layer is made again only when they change.
COPY package.json package-lock.json ./
COPY packages/drf-auth/package.json packages/drf-auth/
COPY packages/drf-auth/bin packages/drf-auth/bin
COPY starter/package.json starter/
RUN npm ci --omit=dev --ignore-scripts --workspace packages/drf-auth --workspace starter

FROM node:24-slim
LABEL org.opencontainers.image.title="thesaurus" \
      org.opencontainers.image.description="The starter of drf-auth" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
ENV NODE_ENV=production \
    PATH=/app/node_modules/.bin:$PATH \
    DRF_AUTH_APP=/app/starter/app.ts \
    DATABASE_URL=sqlite:/data/db.sqlite3 \
    UPLOADS_FOLDER=/data/media \
    HOST=0.0.0.0 \
    PORT=8000 \
    WORKERS=auto
# Made here, so that a named volume that is mounted here belongs to the user too.
# No VOLUME: it would hide a forgotten volume behind a nameless one.
RUN mkdir /data && chown 1000:1000 /data
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY packages/drf-auth packages/drf-auth
COPY starter starter
# The user "node" of the base image, by number, as platforms that refuse root want it.
USER 1000:1000
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["drf-auth", "serve", "--migrate"]
