#!/bin/bash
# memcached: the package makes its user (memcache).
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

# Debian starts a service as soon as it is installed; ours must start only with our configuration.
ln -sf /dev/null /etc/systemd/system/memcached.service
apt-get install -y -qq --no-install-recommends memcached >/dev/null
