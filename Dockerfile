# The operator as an image: the one bundled file on a base without shell and package manager, as a user without rights.
#   docker build --tag fluxblueprint:0.1.0 .
# The tags below get security fixes as their publishers move them. For builds that can be repeated to the byte, pin both
# by digest (name:tag@sha256:…) and let a bot renew it.

# The bundle is the same for every platform, so it is built on the builder's own.
FROM --platform=$BUILDPLATFORM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
# No package's install script is run; the build needs none.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build

FROM gcr.io/distroless/nodejs24-debian13:nonroot
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="fluxblueprint" \
      org.opencontainers.image.description="A Kubernetes operator that turns one FluxBlueprint into Flux objects and keeps them so" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production
COPY --from=build /build/LICENSE /build/dist/ /app/
# By number: the kubelet can tell that a number is not root.
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node", "/app/fluxblueprint.js"]
