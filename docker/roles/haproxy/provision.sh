#!/bin/bash
# haproxy: the package makes its user; socat is for its sockets.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

# Debian starts a service as soon as it is installed; ours must start only with our configuration.
ln -sf /dev/null /etc/systemd/system/haproxy.service
apt-get install -y -qq --no-install-recommends haproxy socat curl >/dev/null
