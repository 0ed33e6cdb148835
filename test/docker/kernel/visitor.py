"""Visitors. Reads what to do as JSON, writes a JSON list: what became of each request.

requests: how many; to: addresses, from: own addresses, each in turn; port, tls: whether by HTTPS; every: seconds from one to the next, if that is answered by then; else each after the last one;
held: all connections stay open. With `again`, a request goes over each of them so often (each second) afterwards, and its answers are
in the list too; otherwise they stay until this program is ended, and the list is in the file of that name. patience: seconds that an answer may take.
"""
import json
import os
import re
import signal
import socket
import ssl
import sys
import time

asked = {'to': [], 'from': [None], 'port': 80, 'tls': False, 'every': 0, 'held': '', 'again': 0, 'patience': 20, **json.loads(sys.argv[1])}
tls = ssl.create_default_context()
tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
started = time.monotonic()


def request(connection):
    connection.sendall(b'GET /who HTTP/1.1\r\nHost: localhost\r\n\r\n')
    answer = b''
    while True:
        piece = connection.recv(4096)
        if not piece:
            raise ConnectionError('ended early')
        answer += piece
        head, blank, body = answer.partition(b'\r\n\r\n')
        if blank and len(body) >= int(re.search(rb'(?i)content-length: (\d+)', head)[1]):
            return json.loads(body)


def connect(to, own):
    plain = socket.create_connection((to, asked['port']), timeout=asked['patience'], source_address=(own, 0) if own else None)
    try:
        return tls.wrap_socket(plain, server_hostname='localhost') if asked['tls'] else plain
    except Exception:
        plain.close()
        raise


def attempt(number):
    to, own = asked['to'][number % len(asked['to'])], asked['from'][number % len(asked['from'])]
    result, connection = {'to': to, 'from': own, 'at': round(time.monotonic() - started, 3)}, None
    try:
        connection = connect(to, own)
        result.update(request(connection))
    except Exception as error:
        result['error'] = repr(error)
        if connection:
            connection.close()
            connection = None
    result['took'] = round(time.monotonic() - started - result['at'], 3)
    results.append(result)
    if connection and asked['held']:
        held.append(connection)
    elif connection:
        connection.close()  # the client first: a server's port is free again at once


results, held = [], []
for number in range(asked['requests']):
    if asked['every']:
        time.sleep(max(0, started + number * asked['every'] - time.monotonic()))
    attempt(number)

for _ in range(asked['again']):
    time.sleep(1)
    for number, connection in enumerate(held):
        result = {'connection': number, 'at': round(time.monotonic() - started, 3)}
        try:
            result.update(request(connection))
        except Exception as error:
            result['error'] = repr(error)
        results.append(result)

if asked['held'] and not asked['again']:
    with open(asked['held'] + '.new', 'w') as file:
        json.dump(results, file)
    os.rename(asked['held'] + '.new', asked['held'])
    signal.pause()
print(json.dumps(results))
