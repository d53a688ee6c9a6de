# SPDX-License-Identifier: Apache-2.0
"""TCP with segments of one size at a steady rate, both ways at once or one way.

serve ADDRESS PORT                         says "ready", then serves connections
talk NAME PORT WAY PER_SECOND SECONDS      WAY is up, down or both; prints what the kernel says of the connection

Each message is a segment, also where several wait for the window: none is larger, and TCP_NODELAY has it sent at once.
"""

import socket
import struct
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

MESSAGE = 1000
TIMESTAMP_OPTION = 12
# struct tcp_info: tcpi_total_retrans, tcpi_reord_seen (linux/tcp.h)
TOTAL_RETRANS_OFFSET = 100
REORD_SEEN_OFFSET = 220


def of(number):
    """The message of a number."""
    return struct.pack("!I", number) * (MESSAGE // 4)


LAST = of(0xffffffff)


def send(connection, per_second, seconds):
    """Sends messages with running numbers, as many as are due, and says how many there were."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    begun, sent = time.monotonic(), 0
    while (passed := time.monotonic() - begun) < seconds:
        while sent < passed * per_second:
            connection.sendall(of(sent))
            sent += 1
        time.sleep(0.0005)
    connection.sendall(LAST)
    return sent


def receive(connection):
    """Reads messages until the last one; raises ValueError when one is not the next."""
    expected = 0
    while True:
        message = connection.recv(MESSAGE, socket.MSG_WAITALL)
        if message == LAST:
            return expected
        if message != of(expected):
            raise ValueError(f"message {expected} is another")
        expected += 1


def run(connection, way, mine, per_second, seconds):
    """One end's part: sends when it is its way or both, receives when the other does."""
    with ThreadPoolExecutor(1) as pool:
        other = "down" if mine == "up" else "up"
        received = pool.submit(receive, connection) if way in (other, "both") else None
        if way in (mine, "both"):
            send(connection, per_second, seconds)
        if received:
            received.result()
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    return struct.unpack_from("I", info, TOTAL_RETRANS_OFFSET)[0], struct.unpack_from("I", info, REORD_SEEN_OFFSET)[0]


def answer(connection):
    """The server's part of one connection."""
    with connection:
        way, per_second, seconds = connection.recv(64, socket.MSG_WAITALL).decode().split()
        retransmitted, reordered = run(connection, way, "down", int(per_second), float(seconds))
        connection.sendall(f"{retransmitted} {reordered}".ljust(64).encode())


def serve(address, port):
    """Never returns."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, MESSAGE + TIMESTAMP_OPTION)
        server.bind((address, port))
        server.listen()
        print("ready", flush=True)
        while True:
            connection, _ = server.accept()
            threading.Thread(target=answer, args=(connection,), daemon=True).start()


def talk(name, port, way, per_second, seconds):
    """Prints segments sent again and reorderings seen, of both ends together."""
    with socket.socket(socket.AF_INET6) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, MESSAGE + TIMESTAMP_OPTION)
        connection.connect((name, port))
        connection.sendall(f"{way} {per_second} {seconds}".ljust(64).encode())
        mine = run(connection, way, "up", int(per_second), float(seconds))
        theirs = [int(number) for number in connection.recv(64, socket.MSG_WAITALL).decode().split()]
        print(mine[0] + theirs[0], mine[1] + theirs[1])


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2], int(sys.argv[3]))
    else:
        talk(sys.argv[2], int(sys.argv[3]), *sys.argv[4:7])
