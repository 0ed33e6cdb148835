#!/bin/bash
# check ROOT: would php-fpm start with these files? reload: activates them without losing a request.
# started ROOT: called by the program at its start, to record what it has read.
set -euo pipefail
active=/run/php/php-fpm.active

# A reload empties opcache, so only a change of what PHP reads causes one: a new cache TTL does not.
fingerprint() { find -L "$1/etc/php" "$1/app" -name '*.conf' -path '*/php/*' -o -name '*.ini' -o -name '*.php' -o -name policy.xml | LC_ALL=C sort | xargs cat | sha256sum; }

# To one place: php-fpm keeps what it has read while bundles come and go.
prelude() { install -D -m 0644 -t /run/bootdev/prelude "$1"/etc/php/prelude/*; }

case $1 in
  check)
    install -d -o root -g root -m 0755 /run/php
    output=$(PHP_INI_SCAN_DIR=":$2/etc/php" php-fpm8.4 --test -y "$2/etc/php/php-fpm.conf" 2>&1) || { echo "$output" >&2; exit 1; }
    output=$(php -n -l "$2"/etc/php/prelude/*.php 2>&1) || { echo "$output" >&2; exit 1; }
    ;;
  started) prelude "$2"; fingerprint "$2" >$active ;;
  reload)
    if [ -s /run/php/php-fpm.pid ] && ! fingerprint "$2" | cmp -s - $active; then
      prelude "$2"
      fingerprint "$2" >$active
      kill -USR2 "$(cat /run/php/php-fpm.pid)"
    fi
    ;;
esac
