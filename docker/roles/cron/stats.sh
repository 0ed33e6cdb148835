#!/bin/bash
# As the site, whose files the records are: a link in their place may lead anywhere, a pipe may never end, a file may be any size.
exec setpriv --reuid=www-data --regid=www-data --clear-groups timeout 3 /etc/bootdev/current/lib/cron/list --words
