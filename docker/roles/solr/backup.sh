#!/bin/bash
# backup.sh          lists the backups
# backup.sh NAME     copies the index to /var/solr/backups (on the index's volume), while Solr runs
set -euo pipefail
backups=/var/solr/backups
solr=http://127.0.0.1:8983/solr/site

if [ $# -eq 0 ]; then
  find $backups -mindepth 1 -maxdepth 1 -name 'snapshot.*' -printf '%TY-%Tm-%Td %TH:%TM  %f\n' | sed 's/snapshot\.//' | sort
  exit
fi
name=$1
[[ $name =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]] || { echo "backup: a name is letters, digits, and . _ -" >&2; exit 2; }
[ ! -e "$backups/snapshot.$name" ] || { echo "backup: $name exists: another name, or remove $backups/snapshot.$name" >&2; exit 1; }

curl -fsS -o /dev/null "$solr/update?commit=true&openSearcher=false" # a backup does not include what is only in the log
curl -fsS -o /dev/null "$solr/replication?command=backup&location=$backups&name=$name"
for ((try = 0; try < 3000; try++)); do
  answer=$(curl -fsS "$solr/replication?command=details&wt=json" | tr -d ' \n')
  case $answer in
    *'"snapshotName":"'"$name"'"'*) break ;;
    *'"exception":'*) echo "backup: $answer" >&2; exit 1 ;;
  esac
  sleep 0.2
done
[[ $answer == *'"status":"success"'* ]] || { echo "backup: $answer" >&2; exit 1; }
echo "backup: $name, $(du -sh "$backups/snapshot.$name" | cut -f1)"
