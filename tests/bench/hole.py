#!/usr/bin/python3
"""Runs a command with a port of 127.0.0.1 that never answers: its accept queue is full, so the kernel ignores new connections.

python3 hole.py COMMAND...: an argument N*ARGUMENT stands for N copies of ARGUMENT, with PORT replaced by the port.
"""
import re
import socket
import subprocess
import sys


def main() -> int:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    port = str(listener.getsockname()[1])
    clients = []
    for _ in range(3):  # one connects, one waits in the queue, the kernel ignores the next
        client = socket.socket()
        client.setblocking(False)
        client.connect_ex(("127.0.0.1", int(port)))
        clients.append(client)
    command = []
    for argument in sys.argv[1:]:
        many = re.fullmatch(r"(\d+)\*(.*)", argument)
        command += [many[2].replace("PORT", port)] * int(many[1]) if many else [argument]
    return subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode


sys.exit(main())
