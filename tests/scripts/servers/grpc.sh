# Debian's Python, which has python3-grpcio; isolated (-I), so that it does not import grpc.py as the library.
need_grpc() {
  need /usr/bin/python3
  /usr/bin/python3 -I -c 'import importlib.util, sys; sys.exit(importlib.util.find_spec("grpc") is None)' ||
    { echo "tests/scripts/servers/with: python3-grpcio is missing; sh tests/scripts/setup test installs it" >&2; exit 1; }
}

start_grpc() {
  start grpc /usr/bin/python3 -I -B "$here/grpc.py" "$grpc_port" "$grpcs_port" "$folder/tls/server.pem" "$folder/tls/server.key"
}
