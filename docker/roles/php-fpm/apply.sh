#!/bin/bash
# check ROOT: would php-fpm start with these files? reload: take those in force, losing no request.
# started ROOT: the program says what it has read.
set -euo pipefail
seen=/run/php/php-fpm.seen

# A reload empties opcache, so only what PHP reads is a reason for one: a new cache TTL is not.
fingerprint() { find -L "$1/etc/php" "$1/app" -name '*.conf' -path '*/php/*' -o -name '*.ini' -o -name '*.php' | LC_ALL=C sort | xargs cat | sha256sum; }

# To one place: php-fpm keeps what it has read while bundles come and go.
prelude() { install -D -m 0644 -t /run/bootdev/prelude "$1"/etc/php/prelude/*; }

case $1 in
  check)
    mkdir -p /run/php
    said=$(PHP_INI_SCAN_DIR=":$2/etc/php" php-fpm8.4 --test -y "$2/etc/php/php-fpm.conf" 2>&1) || { echo "$said" >&2; exit 1; }
    for file in "$2"/etc/php/prelude/*.php; do php -l "$file" >/dev/null; done
    ;;
  started) prelude "$2"; fingerprint "$2" >$seen ;;
  reload)
    if [ -s /run/php/php-fpm.pid ] && ! fingerprint "$2" | cmp -s - $seen; then
      prelude "$2"
      fingerprint "$2" >$seen
      kill -USR2 "$(cat /run/php/php-fpm.pid)"
    fi
    ;;
esac
