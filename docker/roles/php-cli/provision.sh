#!/bin/bash
# PHP itself: the command line and the extensions that large sites need. php-fpm and cron build on it.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

apt-get install -y -qq --no-install-recommends \
  php8.4-cli php8.4-mysql php8.4-gd php8.4-xml php8.4-mbstring php8.4-curl php8.4-intl php8.4-zip php8.4-opcache \
  php8.4-apcu php8.4-memcached curl >/dev/null

# Who guards a machine is not who the site runs as (run/heartbeat). One number everywhere: shared files know users by it.
useradd --system --uid 933 --gid www-data --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin heartbeat

# The active bundle decides, however PHP is started: a person's shell reads the same settings as cron.
ln -sf /etc/bootdev/current/etc/php/bootdev.ini /etc/php/8.4/cli/conf.d/90-bootdev.ini
ln -sf /etc/bootdev/current/usr/local/bin/site /usr/local/bin/site
