#!/bin/bash
# The database's client where drush and WP-CLI run: `drush sql:cli` and `wp db query` start `mysql`. Debian's own, without what dumps (100 MB, with
# a perl of its own): `bootdev db export` does that. MariaDB's speaks to MySQL too.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

apt-get install -y -qq --no-install-recommends mariadb-client-core >/dev/null
# Whom it trusts; drush says so itself.
cat >/etc/mysql/conf.d/bootdev.cnf <<'CONF'
[client]
ssl-ca = /run/secrets/app/db-ca.pem
CONF
