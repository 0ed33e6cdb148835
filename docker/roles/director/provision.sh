#!/bin/bash
# keepalived (who is alive, and which director has the address), ipvsadm (the kernel's table, to look at), iptables (fullnat's second address).
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

# Debian starts a service as soon as it is installed; ours must start only with our configuration.
ln -sf /dev/null /etc/systemd/system/keepalived.service
ln -sf /dev/null /etc/systemd/system/ipvsadm.service
apt-get install -y -qq --no-install-recommends keepalived ipvsadm iptables curl >/dev/null
