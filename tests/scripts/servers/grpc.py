"""A gRPC server with the health checking service; messages are encoded by hand.

  grpc.py PORT TLS_PORT CERTIFICATE KEY
"""
import sys
from concurrent import futures

import grpc

SERVING, NOT_SERVING, SERVICE_UNKNOWN = b"\x08\x01", b"\x08\x02", b"\x08\x03"
UNKNOWN = b""  # proto3 omits a 0

ANSWERS = {
    "": SERVING,
    "shop.Cart": SERVING,
    "shop.Vault": SERVING,
    "shop.Closed": NOT_SERVING,
    "shop.Unsure": UNKNOWN,
    "shop.Gone": SERVICE_UNKNOWN,
}
LOGINS = {"Bearer s3cret-token", "Basic YXBwOnMzY3JldC1hcHA="}  # the latter is app:s3cret-app


def service_in(request):
    """The service of a HealthCheckRequest; its name is shorter than 128 bytes."""
    if not request:
        return ""
    if request[0] != 0x0A or request[1] != len(request) - 2:
        raise ValueError("not a HealthCheckRequest")
    return request[2:].decode()


def check(service, context):
    if service == "shop.Sleepy":
        context.abort(grpc.StatusCode.UNAVAILABLE, "100% ausverkauft,\nkomm später")
    if service == "shop.Vault" and not LOGINS & set(dict(context.invocation_metadata()).values()):
        context.abort(grpc.StatusCode.UNAUTHENTICATED, "who are you?")
    if service not in ANSWERS:
        context.abort(grpc.StatusCode.NOT_FOUND, "unknown service")
    return ANSWERS[service]


class Health(grpc.GenericRpcHandler):
    def service(self, call):
        if call.method != "/grpc.health.v1.Health/Check" or ("x-without", "health") in call.invocation_metadata:
            return None
        return grpc.unary_unary_rpc_method_handler(check, request_deserializer=service_in)


def main(port, tls_port, certificate, key):
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
    server.add_generic_rpc_handlers((Health(),))
    server.add_insecure_port("127.0.0.1:" + port)
    with open(certificate, "rb") as chain, open(key, "rb") as secret:
        credentials = grpc.ssl_server_credentials([(secret.read(), chain.read())])
    server.add_secure_port("127.0.0.1:" + tls_port, credentials)
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    main(*sys.argv[1:])
