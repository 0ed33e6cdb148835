#!/bin/bash
# check ROOT: does PHP read these files without a warning? Nothing to reload: each command reads the active files.
set -euo pipefail

[ "$1" = check ] || exit 0
# PHP's exit code does not show a broken ini file.
output=$(PHP_INI_SCAN_DIR=":$2/etc/php" php -d display_errors=stderr -d display_startup_errors=1 -r '' 2>&1)
[ -z "$output" ] || { echo "$output" >&2; exit 1; }
shopt -s nullglob
files=("$2"/app/*.php)
[ ${#files[@]} -eq 0 ] || output=$(php -n -l "${files[@]}" 2>&1) || { echo "$output" >&2; exit 1; }
