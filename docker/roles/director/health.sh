#!/bin/bash
# A director is healthy while it has a machine to send connections to, or is the second of two, which waits.
set -euo pipefail

kill -0 "$(cat /run/lvs/pid)"
# shellcheck source=docker/roles/lvs/root/etc/lvs/lvs.conf
. /etc/bootdev/current/etc/lvs/lvs.conf
[ "$KIND" = lvs ] || exit 0
ipvsadm -L -n | grep -qE '^  -> +[0-9.]+:443 +[A-Za-z]+ +[1-9]'
