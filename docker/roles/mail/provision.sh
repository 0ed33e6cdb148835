#!/bin/bash
# Mailpit's user and the folder of its messages, and the gate before its UI. The program itself comes with the image: no package has it, and
# on AWS its place is SES.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

# Debian starts a service as soon as it is installed; ours starts with our configuration only.
ln -sf /dev/null /etc/systemd/system/haproxy.service
apt-get install -y -qq --no-install-recommends haproxy curl >/dev/null
useradd --system --user-group --home-dir /var/lib/mailpit --shell /usr/sbin/nologin mailpit
install -d -o mailpit -g mailpit -m 0750 /var/lib/mailpit
