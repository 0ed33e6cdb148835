#!/bin/bash
# restore.sh NAME    replaces the index by the one that backup.sh kept; searches work meanwhile
set -euo pipefail
backups=/var/solr/backups
solr=http://127.0.0.1:8983/solr/site
name=${1:?NAME, one of: $(find $backups -maxdepth 1 -name 'snapshot.*' -printf '%f ' | sed 's/snapshot\.//g')}
[ -d "$backups/snapshot.$name" ] || { echo "restore: there is no backup $name" >&2; exit 1; }

curl -fsS -o /dev/null "$solr/update?commit=true&openSearcher=false" # otherwise after a crash the rest of the log would be applied to the old index
curl -fsS -o /dev/null "$solr/replication?command=restore&location=$backups&name=$name"
for ((try = 0; try < 3000; try++)); do
  answer=$(curl -fsS "$solr/replication?command=restorestatus&wt=json" | tr -d ' \n')
  case $answer in
    *'"status":"success"'*) break ;;
    *'"status":"failed"'*) echo "restore: $answer" >&2; exit 1 ;;
  esac
  sleep 0.2
done
[[ $answer == *'"status":"success"'* ]] || { echo "restore: $answer" >&2; exit 1; }
echo "restore: $name; suggestions follow within half a minute"
