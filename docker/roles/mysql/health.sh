#!/bin/sh
# A query as the site's user over TLS, in the database that is the site's by the data's own words (docker/roles/database). (`mysqladmin ping` succeeds even on "access denied".)
exec timeout 2 mysql --defaults-file=/dev/shm/mysql/site.cnf --connect-timeout=2 -NBe 'SELECT 1' "$(cut -d' ' -f1 /var/lib/mysql/data/site-database)" >/dev/null
