#!/bin/sh
# Through the balancer to a web machine's nginx and PHP, and back.
exec curl -fsS -m 2 -o /dev/null http://127.0.0.1:81/-/healthz
