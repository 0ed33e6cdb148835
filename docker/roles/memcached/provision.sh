#!/bin/bash
# memcached: the package brings its user (memcache).
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

# Debian starts a service as soon as it is installed; ours starts with our configuration only.
ln -sf /dev/null /etc/systemd/system/memcached.service
apt-get install -y -qq --no-install-recommends memcached >/dev/null
