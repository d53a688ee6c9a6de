#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Records how ovs-ofctl writes flows: plays a switch, has ovs-ofctl add every flow of a file, prints the bytes it sent.

    record_flow_mods.py FLOWS > BYTES

FLOWS has a flow on each line, as ovs-ofctl takes it; BYTES gets two lines for each: the flow, and the flow mod in
hexadecimal with transaction id 0. OpenFlow 1.3.
"""
import socket
import struct
import subprocess
import sys
import threading

HEADER = struct.Struct('!BBHI')
OPENFLOW_13 = 4
HELLO, FLOW_MOD, BARRIER_REQUEST, BARRIER_REPLY = 0, 14, 20, 21


def receive(peer, length):
    data = b''
    while len(data) < length:
        part = peer.recv(length - len(data))
        if not part:
            return None
        data += part
    return data


def play_switch(listener, flow_mods):
    peer = listener.accept()[0]
    peer.sendall(HEADER.pack(OPENFLOW_13, HELLO, 8, 1))
    while True:
        header = receive(peer, 8)
        if header is None:
            return
        _, kind, length, xid = HEADER.unpack(header)
        body = receive(peer, length - 8)
        if kind == FLOW_MOD:
            flow_mods.append(header[:4] + bytes(4) + body)
        elif kind == BARRIER_REQUEST:
            peer.sendall(HEADER.pack(OPENFLOW_13, BARRIER_REPLY, 8, xid))


def record(flow):
    listener = socket.create_server(('127.0.0.1', 0))
    flow_mods = []
    switch = threading.Thread(target=play_switch, args=(listener, flow_mods))
    switch.start()
    subprocess.run(['ovs-ofctl', '--no-names', '-O', 'OpenFlow13', 'add-flow',
                    f'tcp:127.0.0.1:{listener.getsockname()[1]}', flow], check=True, timeout=10)
    switch.join()
    listener.close()
    assert len(flow_mods) == 1, flow
    return flow_mods[0]


def main():
    print('# Written by record_flow_mods.py with', subprocess.run(
        ['ovs-ofctl', '--version'], check=True, capture_output=True, text=True).stdout.splitlines()[0])
    with open(sys.argv[1], encoding='ascii') as flows:
        for flow in flows:
            if flow.strip() and not flow.startswith('#'):
                print(flow.strip())
                print(record(flow.strip()).hex())


if __name__ == '__main__':
    main()
