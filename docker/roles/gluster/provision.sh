#!/bin/bash
# GlusterFS's server, without starting it.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

# Debian starts a service as soon as it is installed; ours must start only with our configuration.
ln -sf /dev/null /etc/systemd/system/glusterd.service
apt-get install -y -qq --no-install-recommends glusterfs-server attr >/dev/null
# A node's identity and its peers are written by run/glusterd. The package's hooks are for SELinux, Samba and NFS.
rm -rf /var/lib/glusterd/*
# Geo-replication is not used, but glusterd would run it twelve times (Python, 4–9 s) before it starts.
gsyncd=$(dpkg -L glusterfs-common | grep '/gsyncd$')
dpkg-divert --quiet --rename --divert "$gsyncd.unused" --add "$gsyncd"
install -d -m 0700 /var/lib/bricks
