#!/bin/bash
# "12 documents · 84K of index"
set -euo pipefail
found=$(curl -fsS -m 1 'http://127.0.0.1:8983/solr/site/select?q=*:*&rows=0' | grep -oE '"numFound":[0-9]+')
echo "${found#*:} documents · $(du -sh /var/solr/home/site/data | cut -f1) of index"
