#!/bin/sh
# A real query, as from a site.
exec curl -fsS -m 2 -o /dev/null 'http://127.0.0.1:8983/solr/site/select?q=*:*&rows=0'
