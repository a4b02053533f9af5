# Builds the program and prepares the dataset, so that a container starts at once: docs/deployment.md.
FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY src src
COPY ontology ontology
COPY data data
COPY queries queries
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund
# At the path where it is served: what is kept goes by the names of the files too.
RUN node dist/main.js prepare --store /app/store

FROM node:22-slim
# All addresses of the container. The limit is below the ten seconds after which `docker stop` kills.
ENV NODE_ENV=production \
  UMCNL_HOST=0.0.0.0 \
  UMCNL_STORE=/app/store \
  UMCNL_STOP_LIMIT=8
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build /app/ontology ontology
COPY --from=build /app/data data
COPY --from=build /app/queries queries
COPY --from=build /app/store store
COPY LICENSE ./
# The files belong to root: the server can read them, and change none.
USER node
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.UMCNL_PORT || process.env.PORT || 3000}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node itself, not npm, which would stand between it and the signals.
CMD ["node", "dist/main.js", "serve"]
