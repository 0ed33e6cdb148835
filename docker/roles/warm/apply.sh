#!/bin/bash
# check ROOT: does PHP understand the pre-warmer? Nothing to reload: each run reads the active files.
set -euo pipefail
[ "$1" = check ] || exit 0
output=$(php -n -l "$2"/etc/warm/*.php "$2/usr/local/bin/warm" 2>&1) || { echo "$output" >&2; exit 1; }
# shellcheck disable=SC2016 # PHP's own
php -n -r 'json_decode(file_get_contents($argv[1]), false, 8, JSON_THROW_ON_ERROR);' "$2/etc/warm/rules.json"
