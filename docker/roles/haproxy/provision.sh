#!/bin/bash
# haproxy: the package brings its user; socat speaks to its sockets.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

# Debian starts a service as soon as it is installed; ours starts with our configuration only.
ln -sf /dev/null /etc/systemd/system/haproxy.service
apt-get install -y -qq --no-install-recommends haproxy socat curl >/dev/null
