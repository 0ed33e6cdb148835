#!/bin/bash
# adopt.sh FOLDER: gives a folder of the shared files, and what the site's former user has in it, to the site's user as it is now. On an
# instance www-data is always 33; in a replica whose code is a live folder it has the number of that folder's owner (docker/roles/base/boot).
# Safe against what the site may put there meanwhile: find goes into no link, and -execdir changes a name in a folder that it has open.
set -euo pipefail

old=$(stat --format=%u "$1")
[ "$old" != "$(id -u www-data)" ] || exit 0
[ "$old" = 0 ] || find "$1" -mindepth 1 -user "$old" -execdir chown --no-dereference www-data {} + || true # some may be gone by then
chown --no-dereference www-data:www-data "$1" # last: whose it is says that this is done
