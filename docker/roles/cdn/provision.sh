#!/bin/bash
# nginx with its JavaScript: the package, without its default site and without starting it.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

# Debian starts a service as soon as it is installed; ours must start only with our configuration.
ln -sf /dev/null /etc/systemd/system/nginx.service
apt-get install -y -qq --no-install-recommends nginx libnginx-mod-http-js curl >/dev/null
rm -f /etc/nginx/sites-enabled/default /var/log/nginx/*.log

# The folder around the cache is root's: in one of the workers' own, a link in its place would be given away instead.
install -d -m 0755 /var/cache/nginx
install -d -m 0700 -o www-data -g www-data /var/cache/nginx/edge
