#!/bin/sh
# Through haproxy to a web machine's nginx and PHP, and back: a balancer without web machines is not healthy.
exec curl -fsS -m 2 -o /dev/null http://127.0.0.1:81/-/healthz
