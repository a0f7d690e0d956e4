#!/usr/bin/python3
"""Measures how far past its deadline hale ends if nothing answers: each kind alone, then many targets in one run.

python3 silence.py HALE ROUNDS: prints medians and maxima in milliseconds. Measures the whole process, from before exec to after the exit,
minus the deadline. The result therefore includes the start of the process; the row of --version shows what that costs.
"""
import resource
import socket
import statistics
import subprocess
import sys
import time

DEADLINE = 0.5
MANY = 500


def open_silent_port() -> tuple[str, list[socket.socket]]:
    """A port of 127.0.0.1 where the kernel accepts all connections and nothing ever answers."""
    tcp = socket.socket()
    tcp.bind(("127.0.0.1", 0))
    tcp.listen(4096)
    tcp.setblocking(False)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(tcp.getsockname())
    return "127.0.0.1:%d" % tcp.getsockname()[1], [tcp, udp]


def drain_queue(tcp: socket.socket) -> None:
    """Removes closed connections, which stay in the queue until they are accepted."""
    try:
        while True:
            tcp.accept()[0].close()
    except BlockingIOError:
        pass


def kinds(address: str) -> dict[str, list[str]]:
    return {
        "http": ["http://" + address],
        "https": ["https://" + address],
        "grpc": ["grpc://" + address],
        "tcp": ["tcp://" + address, "--banner", "."],
        "tls": ["tls://" + address],
        "postgres": ["postgres://app@" + address + "/app?sslmode=disable"],
        "redis": ["redis://" + address],
        "rediss": ["rediss://" + address],
        "memcached": ["memcached://" + address],
        "amqp": ["amqp://" + address],
        "celery+amqp": ["celery+amqp://" + address],
        "celery+redis": ["celery+redis://" + address],
        "dns": ["dns://" + address + "/a.example"],
        "exec": ["--exec", "sleep 1000"],
    }


def past_deadline(command: list[str], expected_code: int) -> float:
    """Milliseconds past the deadline. With `expected_code` 0 there is no deadline and this is the time of the whole process."""
    begin = time.monotonic()
    exit_code = subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode
    elapsed = time.monotonic() - begin
    if exit_code != expected_code:
        sys.exit("%s: unexpected exit code %d" % (" ".join(command[:6]), exit_code))
    return (elapsed - (DEADLINE if expected_code else 0)) * 1000


def main() -> int:
    hale, rounds = sys.argv[1], int(sys.argv[2])
    _, max_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max_files, max_files))
    address, sockets = open_silent_port()
    time_out = ["-t", "%dms" % (DEADLINE * 1000)]
    runs = {"hale --version": ([hale, "--version"], 0)}
    for kind, command in kinds(address).items():
        runs[kind] = ([hale, *time_out, *command], 2)
    alone = [command for kind, command in kinds(address).items() if kind != "exec"]
    many = [argument for i in range(MANY) for argument in alone[i % len(alone)]]
    runs["%d targets, -t" % MANY] = ([hale, *time_out, *many], 2)
    runs["%d targets, --deadline" % MANY] = ([hale, "--deadline", time_out[1], *many], 2)
    runs["100 commands, -t"] = ([hale, *time_out, *["--exec", "sleep 1000"] * 100], 2)
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, (command, expected_code) in runs.items():
            times[name].append(past_deadline(command, expected_code))
            drain_queue(sockets[0])
    print("%-26s %8s %8s" % ("milliseconds past 500", "median", "maximum"))
    for name, all_times in times.items():
        print("%-26s %8.1f %8.1f" % (name, statistics.median(all_times), max(all_times)))
    return 0


sys.exit(main())
