#!/bin/sh
# Through haproxy to a web machine's nginx and PHP, and back: a balancer with nothing behind it is not ready.
exec curl -fsS -m 2 -o /dev/null http://127.0.0.1:81/-/healthz
