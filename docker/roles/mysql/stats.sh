#!/bin/sh
# "14 connections · 0 slow": without this one; slow queries since the start.
mysql --defaults-file=/dev/shm/mysql/root.cnf --connect-timeout=1 -NB -e "SHOW GLOBAL STATUS WHERE Variable_name IN ('Threads_connected', 'Slow_queries')" |
  awk '{ n[$1] = $2 } END { c = n["Threads_connected"] - 1; if (NR == 2) print c (c == 1 ? " connection" : " connections") " · " n["Slow_queries"] " slow" }'
