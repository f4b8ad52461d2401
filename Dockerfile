# An image of the program `symphony`, for machines without Node and for CI:
#
#   docker build --tag symphony .
#   docker run --rm --volume ~/.kube:/root/.kube:ro symphony ls --backend kube
#
# Experiments on the backends local and tmux run inside of the container, and end with it. For those on Docker, give it the
# engine's socket: --volume /var/run/docker.sock:/var/run/docker.sock
#
# Both images need Node: the one that builds 20.19 or newer with npm, the other 22.19 or newer.
ARG BUILD_IMAGE=node:24-slim
ARG BASE_IMAGE=node:24-slim

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY . .
RUN npm ci --no-audit --no-fund \
 && npm pack --silent --pack-destination /tmp \
 && npm install --global --prefix /opt/symphony --no-audit --no-fund /tmp/symphony-run-symphony-*.tgz

FROM ${BASE_IMAGE}
COPY --from=build /opt/symphony /opt/symphony
ENV PATH=/opt/symphony/bin:$PATH
WORKDIR /work
ENTRYPOINT ["symphony"]
CMD ["--help"]
