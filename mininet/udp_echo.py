# SPDX-License-Identifier: Apache-2.0
"""UDP echo.

serve ADDRESS PORT...             answers every datagram with "<source address> <source port> <datagram>"
serve6 PORT                       the same on all IPv6 addresses of the host; says "ready" when it is
ask NAME PORT [SOURCE_PORT]       sends one datagram to NAME's IPv6 address, or to an IPv4 address, and prints the
                                  answer; exit 1 without one
"""

import re
import selectors
import socket
import sys

ANSWER_SECONDS = 5


def serve(address, ports):
    """Never returns."""
    selector = selectors.DefaultSelector()
    for port in ports:
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind((address, port))
        selector.register(server, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            datagram, source = key.fileobj.recvfrom(65535)
            key.fileobj.sendto(f"{source[0]} {source[1]} ".encode() + datagram, source)


def serve6(port):
    """Never returns."""
    server = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    server.bind(("::", port))
    print("ready", flush=True)
    while True:
        datagram, source = server.recvfrom(65535)
        server.sendto(f"{source[0]} {source[1]} ".encode() + datagram, source)


def ask(name, port, source_port=0):
    """Prints the answer; returns the exit code."""
    family = socket.AF_INET if re.fullmatch("[0-9.]+", name) else socket.AF_INET6
    target = socket.getaddrinfo(name, port, family, socket.SOCK_DGRAM)[0][4]
    client = socket.socket(family, socket.SOCK_DGRAM)
    client.bind(("", source_port))
    client.settimeout(ANSWER_SECONDS)
    client.connect(target)
    client.send(b"hello")
    try:
        print(client.recv(65535).decode())
        return 0
    except (TimeoutError, OSError) as error:
        print(f"no answer from {target[0]} port {port}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2], [int(port) for port in sys.argv[3:]])
    if sys.argv[1] == "serve6":
        serve6(int(sys.argv[2]))
    sys.exit(ask(sys.argv[2], int(sys.argv[3]), *map(int, sys.argv[4:])))
