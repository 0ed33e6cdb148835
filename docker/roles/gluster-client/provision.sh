#!/bin/bash
# GlusterFS's client. Writing below /srv/files while nothing is mounted there fails, instead of making a file that no other machine has.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

apt-get install -y -qq --no-install-recommends glusterfs-client >/dev/null
install -d -m 0555 /srv/files
install -d /var/lib/glusterd
touch /var/lib/glusterd/secure-access # asks nodes over TLS where the bricks are; the volume itself says the same of the bricks
