#!/bin/sh
# Through nginx to PHP and back: the load balancer's own check.
exec curl -fsS -m 2 -o /dev/null http://127.0.0.1/-/healthz
