#!/usr/bin/python3
"""Runs a command while a port of 127.0.0.1 lets nobody in: its queue is full, so that who connects hears nothing at all.

python3 hole.py COMMAND...: PORT in a word of the command stands for the port; N*WORD for the word N times.
"""
import re
import socket
import subprocess
import sys


def main() -> int:
    hole = socket.socket()
    hole.bind(("127.0.0.1", 0))
    hole.listen(0)
    port = str(hole.getsockname()[1])
    callers = []
    for _ in range(3):  # one is let in, one waits, the next hears nothing any more
        caller = socket.socket()
        caller.setblocking(False)
        caller.connect_ex(("127.0.0.1", int(port)))
        callers.append(caller)
    words = []
    for word in sys.argv[1:]:
        many = re.fullmatch(r"(\d+)\*(.*)", word)
        words += [many[2].replace("PORT", port)] * int(many[1]) if many else [word]
    return subprocess.run(words, stdout=subprocess.DEVNULL, check=False).returncode


sys.exit(main())
