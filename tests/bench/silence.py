#!/usr/bin/python3
"""Measures how far past its deadline hale ends when nobody answers: each kind alone, and many targets in one run.

python3 silence.py HALE ROUNDS: prints medians and maxima, in milliseconds. What is measured is the whole process, from before exec to
after the exit, less the deadline; so the start of the process is in it, which is told too.
"""
import resource
import socket
import statistics
import subprocess
import sys
import time

DEADLINE = 0.5
MANY = 500


def silent_place() -> tuple[str, list[socket.socket]]:
    """A port of 127.0.0.1 where the system lets everybody in, and nobody ever says a word."""
    tcp = socket.socket()
    tcp.bind(("127.0.0.1", 0))
    tcp.listen(4096)
    tcp.setblocking(False)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(tcp.getsockname())
    return "127.0.0.1:%d" % tcp.getsockname()[1], [tcp, udp]


def send_away(tcp: socket.socket) -> None:
    """Those who have connected and gone stand in the queue until they are let in."""
    try:
        while True:
            tcp.accept()[0].close()
    except BlockingIOError:
        pass


def kinds(place: str) -> dict[str, list[str]]:
    return {
        "http": ["http://" + place],
        "https": ["https://" + place],
        "grpc": ["grpc://" + place],
        "tcp": ["tcp://" + place, "--banner", "."],
        "tls": ["tls://" + place],
        "postgres": ["postgres://app@" + place + "/app?sslmode=disable"],
        "redis": ["redis://" + place],
        "rediss": ["rediss://" + place],
        "memcached": ["memcached://" + place],
        "amqp": ["amqp://" + place],
        "celery+amqp": ["celery+amqp://" + place],
        "celery+redis": ["celery+redis://" + place],
        "dns": ["dns://" + place + "/a.example"],
        "exec": ["--exec", "sleep 1000"],
    }


def past_deadline(words: list[str], code: int) -> float:
    """Milliseconds past the deadline, or those of the whole process when it has none."""
    begin = time.monotonic()
    ended = subprocess.run(words, stdout=subprocess.DEVNULL, check=False).returncode
    length = time.monotonic() - begin
    if ended != code:
        sys.exit("%s ended with %d" % (" ".join(words[:6]), ended))
    return (length - (DEADLINE if code else 0)) * 1000


def main() -> int:
    hale, rounds = sys.argv[1], int(sys.argv[2])
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    place, sockets = silent_place()
    time_out = ["-t", "%dms" % (DEADLINE * 1000)]
    runs = {"hale --version": ([hale, "--version"], 0)}
    for kind, words in kinds(place).items():
        runs[kind] = ([hale, *time_out, *words], 2)
    alone = [words for kind, words in kinds(place).items() if kind != "exec"]
    many = [word for i in range(MANY) for word in alone[i % len(alone)]]
    runs["%d targets, -t" % MANY] = ([hale, *time_out, *many], 2)
    runs["%d targets, --deadline" % MANY] = ([hale, "--deadline", time_out[1], *many], 2)
    runs["100 commands, -t"] = ([hale, *time_out, *["--exec", "sleep 1000"] * 100], 2)
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, (words, code) in runs.items():
            taken[name].append(past_deadline(words, code))
            send_away(sockets[0])
    print("%-26s %8s %8s" % ("milliseconds past 500", "median", "maximum"))
    for name, all_taken in taken.items():
        print("%-26s %8.1f %8.1f" % (name, statistics.median(all_taken), max(all_taken)))
    return 0


sys.exit(main())
