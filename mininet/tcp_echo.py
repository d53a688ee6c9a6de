# SPDX-License-Identifier: Apache-2.0
"""TCP echo, line by line, over one connection.

serve ADDRESS PORT                says "ready", then answers every line with "<source address> <source port> <line>"
talk NAME PORT                    sends each line of its input and prints the answer
"""

import socket
import socketserver
import sys


class Echo(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self):
        for line in self.rfile:
            self.wfile.write(f"{self.client_address[0]} {self.client_address[1]} ".encode() + line)


class Server(socketserver.ThreadingTCPServer):
    """All connections."""

    allow_reuse_address = True
    daemon_threads = True


def serve(address, port):
    """Never returns."""
    with Server((address, port), Echo) as server:
        print("ready", flush=True)
        server.serve_forever()


def talk(name, port):
    """Until there is no more input."""
    with socket.create_connection((name, port)) as connection, connection.makefile("rw") as stream:
        for line in sys.stdin:
            stream.write(line)
            stream.flush()
            print(stream.readline(), end="", flush=True)


if __name__ == "__main__":
    {"serve": serve, "talk": talk}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
