# An image that contains only a static hale. It has no shell and does not run as root.
#   docker build -t hale .
# It contains no CA certificates. Use those of your own image, or docker run -v /etc/ssl/certs:/etc/ssl/certs:ro.
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
