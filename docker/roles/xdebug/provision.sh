#!/bin/bash
# Xdebug, for step debugging alone: what is not debugged is answered as on the machines that do not have it. Its settings are here and not in a
# bundle, which goes to AWS as it is.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

apt-get install -y -qq --no-install-recommends php8.4-xdebug >/dev/null
cat >/etc/php/8.4/mods-available/xdebug-bootdev.ini <<'INI'
; priority=21
xdebug.mode = debug
; Who sends XDEBUG_SESSION or XDEBUG_TRIGGER: a cookie, a parameter, or a variable of a command.
xdebug.start_with_request = trigger
; The computer of the replica, as Docker calls it (compose/compose.yaml). Not who asks: that is the balancer.
xdebug.client_host = host.docker.internal
xdebug.client_port = 9003
xdebug.discover_client_host = no
INI
phpenmod -q xdebug-bootdev
