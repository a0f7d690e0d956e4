# hale alone in an empty image: one static file, no shell, no root.
#   docker build -t hale .
# It brings no certificates: give it those of your own image, or -v /etc/ssl/certs:/etc/ssl/certs:ro.
FROM debian:12 AS build
WORKDIR /hale
COPY . .
RUN sh tests/scripts/setup build
RUN cmake --preset release -DBUILD_TESTING=OFF
RUN cmake --build --preset release
RUN cmake --install build/release --strip --prefix /usr

FROM scratch
COPY --from=build /usr/bin/hale /hale
USER 65534:65534
ENTRYPOINT ["/hale"]
