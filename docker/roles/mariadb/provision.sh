#!/bin/bash
# MariaDB from Debian 13: the server without Debian's scripts for a service, and the client with mariadb-dump.
set -euo pipefail
: "${MARIADB_SERIES:?is not set: docker/versions.env has it}"
export DEBIAN_FRONTEND=noninteractive

apt-get update -qq
found=$(apt-cache policy mariadb-server-core | sed -n 's/^  Candidate: \([0-9]*:\)\?//p')
if [[ $found != "$MARIADB_SERIES".* ]]; then
  echo "mariadb: Debian now has ${found:-none}, this bootdev needs the series $MARIADB_SERIES: use a newer bootdev" >&2
  exit 1
fi

groupadd --system mysql
useradd --system --gid mysql --home-dir /var/lib/mysql --shell /usr/sbin/nologin mysql
apt-get install -y -qq --no-install-recommends mariadb-server-core mariadb-client >/dev/null
install -d -o mysql -g mysql -m 0750 /var/lib/mysql
