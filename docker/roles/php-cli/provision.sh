#!/bin/bash
# PHP itself: the command line and the extensions that sites ask for. php-fpm and cron build on it. What is in and what is not, and why:
# docs/php-extensions.md; src/machines/php.ts is the list, which a test compares with this machine's own.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

# libheif-plugin-aomenc: ImageMagick says that it writes AVIF, and without it does not; WordPress believes it.
apt-get install -y -qq --no-install-recommends \
  php8.4-cli php8.4-mysql php8.4-gd php8.4-xml php8.4-mbstring php8.4-curl php8.4-intl php8.4-zip php8.4-opcache \
  php8.4-apcu php8.4-memcached php8.4-redis php8.4-imagick php8.4-bcmath php8.4-bz2 php8.4-gmp php8.4-ldap php8.4-soap php8.4-tidy \
  libheif-plugin-aomenc curl >/dev/null

# Who guards a machine is not who the site runs as (run/heartbeat). One number everywhere: shared files know users by it.
useradd --system --uid 933 --gid www-data --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin heartbeat

# The active bundle decides, however PHP is started: a person's shell reads the same settings as cron.
ln -sf /etc/bootdev/current/etc/php/bootdev.ini /etc/php/8.4/cli/conf.d/90-bootdev.ini
ln -sf /etc/bootdev/current/usr/local/bin/site /usr/local/bin/site

# As with PHP's settings, but there is no folder beside ImageMagick's own file to put ours into: diverted, or an update would ask for it.
policy=/etc/ImageMagick-7/policy.xml
dpkg-divert --quiet --local --rename --divert $policy.debian --add $policy
ln -sf /etc/bootdev/current/etc/php/imagemagick/policy.xml $policy
