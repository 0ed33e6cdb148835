#!/bin/bash
# MySQL from Debian sid on Debian 13: only the two packages; sid is pinned low, so that nothing else is ever taken from there.
set -euo pipefail
: "${MYSQL_SERIES:?is not set: docker/versions.env has it}"
export DEBIAN_FRONTEND=noninteractive

# sid's line is the machine's own trixie line with another suite: the same mirror, no host named here. sid's Release file may
# be past its date where a mirror lags; signatures are checked all the same, and its age below.
sources=/etc/apt/sources.list.d
if [ -s "$sources/debian.sources" ]; then
  sed -n '/^$/q;p' "$sources/debian.sources" \
    | sed -E 's/^Suites:.*/Suites: sid/; s/^Components:.*/Components: main/; $a Check-Valid-Until: no' >"$sources/sid.sources"
else
  sed -nE 's/^deb (\[.*\] )?(\S+) trixie main.*/deb [check-valid-until=no] \2 sid main/p' /etc/apt/sources.list >"$sources/sid.list"
fi
printf 'Package: *\nPin: release n=sid\nPin-Priority: 100\n' >/etc/apt/preferences.d/sid

apt-get update -qq
# Not without bound: an old index, rightly signed, would hand out what has known holes.
longest=90
date=$(sed -n '/^Date: /{s///p;q;}' /var/lib/apt/lists/*_dists_sid_*Release)
age=$((($(date +%s) - $(date -d "${date:-1970-01-01}" +%s)) / 86400))
if [ $age -gt $longest ]; then
  echo "mysql: Debian sid's index is $age days old (${date:-without a date}), at most $longest are taken: use a mirror that is kept up, or database.engine mariadb" >&2
  exit 1
fi
found=$(apt-cache policy mysql-server-core | sed -n 's/^  Candidate: //p')
if [[ $found != "$MYSQL_SERIES".* ]]; then
  echo "mysql: Debian sid now has ${found:-none}, this bootdev needs the series $MYSQL_SERIES: use a newer bootdev, or database.engine mariadb" >&2
  exit 1
fi

groupadd --system mysql
useradd --system --gid mysql --home-dir /var/lib/mysql --shell /usr/sbin/nologin mysql
apt-get install -y -qq --no-install-recommends -t sid mysql-server-core mysql-client-core >/dev/null
install -d -o mysql -g mysql -m 0750 /var/lib/mysql
rm -f "$sources"/sid.* /etc/apt/preferences.d/sid
