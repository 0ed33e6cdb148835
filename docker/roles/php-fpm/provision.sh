#!/bin/bash
# php-fpm, in addition to php-cli: the package, without its default pool and without starting it.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

ln -sf /dev/null /etc/systemd/system/php8.4-fpm.service
apt-get install -y -qq --no-install-recommends php8.4-fpm >/dev/null
# The package gives the folder of PHP's sockets to the site's user; but root writes, changes owners and reads process ids there
# (run/php-fpm makes it).
ln -sf /dev/null /etc/tmpfiles.d/php8.4-fpm.conf
rm -rf /run/php
ln -sf /etc/bootdev/current/etc/php/bootdev.ini /etc/php/8.4/fpm/conf.d/90-bootdev.ini
