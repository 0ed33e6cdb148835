#!/bin/bash
# shellcheck source-path=SCRIPTDIR
# The admin machine's work with the site's data on AWS (docker/ec2/boot starts it each minute, as root; in the replica nobody does): the night's
# backup, and what is asked for by somebody who cannot reach this machine: `bootdev data` and `bootdev files` (src/site/between) leave an object
# in the bucket.
#
#   backup.sh                 what is due
#   backup.sh make TIME       a backup now
#   backup.sh sanitise TIME   of that backup one without persons
#   backup.sh take SUM        the dump of that sha256 becomes the site's data, whole or not at all; a backup is made before
#   backup.sh update SUM      the updates of the database that the release of that digest wants (update-site), once; a backup is made before, and where
#                             one fails the data is that backup's again
#   backup.sh undo-update SUM the data of the backup from before the updates that were made after that release's
#   files.sh has what it does with the shared files
#
# In the bucket of artifacts:
#   backups/TIME.sql.gz     a dump (dump-database), and beside it TIME.json: bytes, sha256, engine, rows of each table. That comes last: a dump
#                           without it is none. Of the 14 newest days, all are kept; what has another name is somebody's own, and stays
#   sanitised/TIME.sql.gz   the same without persons (sanitise-dump), as TIME.json says; gone after some days (10-bootstrap)
#   pushes/SUM/0001 …       parts of a dump, and pushes/SUM/about.json: bytes, parts, sha256, rows of each table
#   data/site-database      the site's database, the one before it (it stays until the next `take`), and the SUM that it was made of
#   data/updated            a line for each release that made its updates: its digest, and the TIME of the backup before them, or "-" where it needed
#                           none; while they are being made "begun"
#   requests/ID             "backup", "sanitise TIME", "take SUM", "update SUM", "undo-update SUM", "list-files PLACE", "pack-files SUM PLACE" or "take-files SUM PLACE";
#                           deleted when it was answered, so another machine goes on where this one ended
#   answers/ID.json         {"state":"working" | "done" | "failed","text":…}
# TIME is 20261129T024000Z. Ends with 65 where a backup in the bucket is damaged.
set -euo pipefail
export LC_ALL=C
umask 077

work=/var/lib/bootdev/backup
files=/etc/bootdev/current
part_bytes=${BOOTDEV_PART_BYTES:-67108864} # S3 takes 10,000 parts of an object: 640 GB
kept_days=14
time_of_night=T024000Z # UTC; RDS makes its own snapshot from half past one on

fail() { echo "backup: $2" >&2; exit "$1"; }
sha256() { sha256sum | cut -c1-64; }
now() { date -u +%Y%m%dT%H%M%SZ; }
gzipped() { "$@" | gzip; }
value() { sed -nE "s/^\{[^{]*\"$1\":\"?([^\",}]*).*/\1/p" "$2"; } # NAME FILE: of a JSON that this program wrote, before its tables

# --- the bucket

bucket() { # KEY-AND-QUERY CURL-OPTION…: a signed request, as this machine
  "$BOOTDEV_OWN" aws s3 "/$BOOTDEV_BUCKET/$1" "${@:2}"
}
unsigned=(-H 'x-amz-content-sha256: UNSIGNED-PAYLOAD')
list() { # PREFIX → keys. That there are none is not the same as no answer
  local answer
  answer=$(bucket "?list-type=2&prefix=${1//\//%2F}" -m 60 "${unsigned[@]}")
  grep -oE '<Key>[^<]+' <<<"$answer" | cut -c6- || true
}
put() { bucket "$2" -m 60 -H "x-amz-content-sha256: $(sha256 <"$1")" -H 'content-type: application/json' -T "$1" -o /dev/null; } # FILE KEY
delete() { bucket "$1" -m 60 "${unsigned[@]}" -X DELETE -o /dev/null; }

fetch() { # KEY BYTES → standard output, piece by piece: one that is lost is fetched again
  local at=0 end
  while [ "$at" -lt "$2" ]; do
    end=$((at + part_bytes < $2 ? at + part_bytes : $2))
    bucket "$1" -m 900 "${unsigned[@]}" -H "range: bytes=$at-$((end - 1))" -o $work/piece
    [ "$(stat -c %s $work/piece)" = $((end - at)) ] || fail 65 "$1 is shorter than it was"
    cat $work/piece
    at=$end
  done
}

# KEY COMMAND…: what the command writes becomes that object; where the command fails there is no object (the lifecycle of the bucket
# removes its parts). Afterwards $work/sum and $work/bytes say what is there.
store() {
  local key=$1 id summing
  rm -f $work/copy $work/tags $work/bytes
  mkfifo $work/copy
  id=$(bucket "$key?uploads=" -m 60 -X POST --data '' -H "x-amz-content-sha256: $(sha256 </dev/null)" | sed -nE 's|.*<UploadId>(.*)</UploadId>.*|\1|p')
  [ -n "$id" ] || fail 1 'S3 takes no object in parts'
  sha256sum <$work/copy >$work/sum &
  summing=$!
  "${@:2}" | tee $work/copy | send_parts "$key" "$id"
  wait $summing
  {
    echo '<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
    awk '{ printf "<Part><PartNumber>%d</PartNumber><ETag>%s</ETag></Part>\n", NR, $0 }' $work/tags
    echo '</CompleteMultipartUpload>'
  } >$work/parts.xml
  bucket "$key?uploadId=$id" -m 600 -X POST --data-binary @$work/parts.xml -H 'content-type: application/xml' \
    -H "x-amz-content-sha256: $(sha256 <$work/parts.xml)" -o $work/answer
  # S3 may say 200 first, and that it failed afterwards.
  grep -q '<CompleteMultipartUploadResult' $work/answer || fail 1 "$key was not completed: $(head -c 300 $work/answer)"
}
send_parts() { # KEY ID <stream
  local number=0 bytes=0
  while head -c "$part_bytes" >$work/part && [ -s $work/part ]; do
    number=$((number + 1)) bytes=$((bytes + $(stat -c %s $work/part)))
    bucket "$1?partNumber=$number&uploadId=$2" -m 900 -H "x-amz-content-sha256: $(sha256 <$work/part)" -T $work/part -o /dev/null \
      -w '%header{etag}\n' >>$work/tags
  done
  rm -f $work/part
  echo $bytes >$work/bytes
}
# KEY TIME MEMBERS: what is known of an object, last of all.
tell() {
  printf '{"time":"%s","bytes":%s,"sha256":"%s",%s}\n' "$2" "$(cat $work/bytes)" "$(cut -c1-64 $work/sum)" "$3" >$work/about
  put $work/about "$1"
}

# --- the work

dump() { $files/usr/local/bin/site $files/usr/local/bin/dump-database 3>$work/said; }
make() { # TIME
  local said
  store "backups/$1.sql.gz" gzipped dump
  said=$(cat $work/said)
  [[ $said == \{*\} ]] || fail 1 'the dump has no end'
  said=${said#\{}
  tell "backups/$1.json" "$1" "${said%\}}"
  forget_old
}
forget_old() {
  local keys day key
  keys=$(list backups/)
  sed -nE 's|^backups/([0-9]{8})T[0-9]{6}Z\.json$|\1|p' <<<"$keys" | sort -ru | tail -n "+$((kept_days + 1))" | while read -r day; do
    # First what says that there is one.
    grep -E "^backups/${day}T[0-9]{6}Z\.(json|sql\.gz)$" <<<"$keys" | sort | while read -r key; do delete "$key"; done
  done
}

without_persons() { # TIME BYTES
  fetch "backups/$1.sql.gz" "$2" | tee $work/original | gzip -dc \
    | $files/usr/local/bin/site $files/usr/local/bin/sanitise-dump "$(cat $files/etc/backup/sanitise.json)"
}
sanitise() { # TIME
  local summing
  bucket "backups/$1.json" -m 60 "${unsigned[@]}" -o $work/of || fail 65 "there is no backup $1"
  rm -f $work/original
  mkfifo $work/original
  sha256sum <$work/original >$work/original.sum &
  summing=$!
  store "sanitised/$1.sql.gz" gzipped without_persons "$1" "$(value bytes $work/of)"
  wait $summing
  [ "$(cut -c1-64 $work/original.sum)" = "$(value sha256 $work/of)" ] || fail 65 "the backup $1 is damaged"
  tell "sanitised/$1.json" "$1" "\"moment\":\"$(value moment $work/of)\",\"engine\":\"$(value engine $work/of)\",\"version\":\"$(value version $work/of)\",\"broken\":[],\"tables\":{}"
}

# The site's database and the one before it; which follows from the template's name for the first one: site, site2, site3.
names() { sed -n 's/^DB_NAME=//p' /etc/bootdev/target.in | sed 's/.*/& &2 &3/'; }
said_database() { # 1: the site's; 2: the one before; 3: the sum
  local listed
  listed=$(list data/site-database)
  [ -z "$listed" ] || bucket data/site-database -m 60 "${unsigned[@]}" | cut -d' ' -f"$1"
}
pushed() { # SUM PARTS
  local number
  for number in $(seq -f %04.0f "$2"); do
    bucket "pushes/$1/$number" -m 900 "${unsigned[@]}" -o $work/piece
    cat $work/piece
  done
}
# The token reaches curl through a pipe. Pages of before are gone by themselves after a while: no reason to fail.
forget_pages() {
  rm -f $work/answer
  echo '*' | curl -sS --fail-with-body -m 60 --retry 3 -X PURGE --data-binary @- -o $work/answer \
    -K <(printf 'header = "Authorization: Bearer %s"\n' "$(cat /run/secrets/app/purge-token)") http://web:82/ \
    || echo "backup: pages of before may be seen for some time: $(head -c 300 $work/answer 2>/dev/null)" >&2
}
take() { # SUM
  local sum=$1 parts now before name time
  trap 'rm -f $work/dump.gz' EXIT
  "$BOOTDEV_OWN" web # an earlier one may have ended before this machine had followed
  bucket "pushes/$sum/about.json" -m 60 "${unsigned[@]}" -o $work/push || fail 65 'what was to come is not in the bucket'
  parts=$(value parts $work/push)
  now=$(said_database 1) before=$(said_database 2)
  [ -n "$now" ] || now=$(names | cut -d' ' -f1)
  # Where this machine's last answer was lost, it is the site's already: once more, and what was there before would be gone.
  if [ "$(said_database 3)" != "$sum" ]; then
    name=$(free_name "$now" "$before")
    pushed "$sum" "$parts" >$work/dump.gz
    [ "$(sha256 <$work/dump.gz)" = "$sum" ] || fail 65 'what came is not what was sent'
    time=$(now)
    "$0" make "$time"
    load "$name" $work/push <$work/dump.gz
    echo "$name $now $sum" >$work/site-database
    put $work/site-database data/site-database
  fi
  follow_data
}
free_name() { # NOW BEFORE: the third
  local name
  for name in $(names); do [ "$name" = "$1" ] || [ "$name" = "$2" ] || break; done
  echo "$name"
}
load() { # NAME ABOUT <DUMP.gz
  gzip -dc | $files/usr/local/bin/site $files/usr/local/bin/load-database "$1" >$work/loaded
  [[ $(cat "$2") == *"\"tables\":$(cat $work/loaded)}"* ]] || fail 65 'it has other rows than it had where it comes from'
}
follow_data() {
  # The machines look each half minute. What is kept of the data before it goes after that.
  "$BOOTDEV_OWN" web
  sleep "${BOOTDEV_SWITCH_SECONDS:-45}"
  if [ -e $files/app/data-changed ]; then $files/usr/local/bin/site $files/app/data-changed >&2; fi
  forget_pages
}
go_back() { # TIME: the data is that backup's again
  local now
  trap 'rm -f $work/dump.gz' EXIT
  "$BOOTDEV_OWN" web # an earlier one may have ended before this machine had followed
  # Where this machine's last answer was lost, it is the site's already.
  if [ "$(said_database 3)" = "$1" ]; then return; fi
  bucket "backups/$1.json" -m 60 "${unsigned[@]}" -o $work/of
  fetch "backups/$1.sql.gz" "$(value bytes $work/of)" >$work/dump.gz
  [ "$(sha256 <$work/dump.gz)" = "$(value sha256 $work/of)" ] || fail 65 "the backup $1 is damaged"
  now=$(said_database 1)
  [ -n "$now" ] || now=$(names | cut -d' ' -f1)
  set -- "$1" "$(free_name "$now" "$(said_database 2)")"
  load "$2" $work/of <$work/dump.gz
  echo "$2 $now $1" >$work/site-database
  put $work/site-database data/site-database
  follow_data
}

updates() { # → the lines of data/updated
  local listed
  listed=$(list data/updated)
  [ -z "$listed" ] || bucket data/updated -m 60 "${unsigned[@]}"
}
say_updates() { tail -n 20 >$work/updated && put $work/updated data/updated; } # <lines
update() { # SUM
  local said release time state pending
  said=$(updates)
  read -r release time state <<<"${said##*$'\n'}"
  if [ "$release $state" = "$1 " ]; then echo "$time" >$work/text; return; fi
  # A machine that ended in the middle has made its backup: the one to go back to.
  if [ "$state" = begun ]; then said=$(sed '$d' <<<"$said"); else time=; fi
  pending=$(as_site $files/usr/local/bin/update-site pending)
  if [ "$pending" != 0 ]; then
    if [ -z "$time" ]; then
      time=$(now)
      "$0" make "$time"
    fi
    printf '%s\n' ${said:+"$said"} "$1 $time begun" | say_updates
    if ! as_site $files/usr/local/bin/update-site run 2>&1 | tee $work/update.log >&2; then
      go_back "$time"
      printf '%s\n' ${said:+"$said"} | say_updates # asked again, all of it is made again
      tail -n 2 $work/update.log >&2
      fail 1 "an update of the database failed, so the data is that of the backup $time again"
    fi
    forget_pages
  elif [ -e $files/app/code-changed ]; then
    as_site $files/usr/local/bin/update-site changed >&2 || fail 1 "the site's caches were not cleared"
    forget_pages
  fi
  printf '%s\n' ${said:+"$said"} "$1 ${time:--}" | say_updates
  echo "${time:--}" >$work/text
}
undo-update() { # SUM
  local said time
  said=$(updates)
  grep -q "^$1 " <<<"$said" || fail 65 'no backup is known to be of its time'
  time=$(awk -v sum="$1" '$1 == sum { time = ""; next } !time && $2 != "-" { time = $2 } END { print time }' <<<"$said")
  [ -z "$time" ] || go_back "$time"
  as_site $files/usr/local/bin/update-site changed >&2 || echo "backup: the site's caches were not cleared" >&2
  awk -v sum="$1" '{ line[NR] = $0 } $1 == sum { last = NR } END { for (i = 1; i <= last; i++) print line[i] }' <<<"$said" | say_updates
  echo "${time:--}" >$work/text
}

. "${0%/*}/files.sh"

answer() { # ID STATE TEXT
  printf '{"state":"%s","text":"%s"}\n' "$2" "$(tr -d '\042\134' <<<"$3" | tr -s '[:cntrl:]' ' ' | sed 's/ $//')" >$work/answer.json
  put $work/answer.json "answers/$1.json"
}
answer_requests() {
  local key id verb what where time code sum='^[0-9a-f]{64}$' place='^(private|public(/[A-Za-z0-9_-]+)?)$'
  for key in $(list requests/); do
    id=${key#requests/}
    if [[ $id =~ ^[0-9a-f-]{8,40}$ ]]; then
      bucket "$key" -m 60 "${unsigned[@]}" -o $work/request || continue # withdrawn meanwhile
      read -r verb what where < <(head -c 200 $work/request; echo)
      # Of another release: for the machine that comes after this one.
      [ "$verb" != update ] || [ "$what" = "${BOOTDEV_RELEASE:-}" ] || continue
      time=$(now) code=0
      rm -f $work/text
      if [ "$verb" = backup ]; then set -- make "$time"
      elif [ "$verb" = sanitise ] && [[ $what =~ ^[0-9]{8}T[0-9]{6}Z$ ]]; then set -- sanitise "$what"
      elif [[ $verb =~ ^(take|update|undo-update)$ && $what =~ $sum ]]; then set -- "$verb" "$what"
      elif [ "$verb" = list-files ] && [[ $what =~ $place ]]; then set -- list-files "$id" "$what"
      elif [[ $verb =~ ^(pack|take)-files$ && $what =~ $sum && $where =~ $place ]]; then set -- "$verb" "$what" "$where"
      else set --; fi
      if [ $# -eq 0 ]; then
        answer "$id" failed 'this machine does not know that'
      else
        answer "$id" working "$1"
        "$0" "$@" 2>$work/errors || code=$?
        cat $work/errors >&2
        if [ $code -eq 0 ]; then answer "$id" 'done' "$(cat $work/text 2>/dev/null || echo "$2")"; else answer "$id" failed "$(tail -n 3 $work/errors)"; fi
      fi
    fi
    delete "$key"
  done
}

# The newest backup that is whole; nothing: there is none.
newest() { list backups/ | sed -nE 's|^backups/([0-9]{8}T[0-9]{6}Z)\.json$|\1|p' | sort | tail -n 1; }
# Whether there is none since the last night. One that failed is tried again after a quarter of an hour.
due() {
  local night=today
  [[ $(date -u +T%H%M%SZ) > $time_of_night ]] || night=yesterday
  [[ $1 < $(date -u -d $night +%Y%m%d)$time_of_night ]] && [ -z "$(find $work/failed -mmin -15 2>/dev/null)" ]
}
# 80-watch has an alarm for it.
tell_age() { # TIME
  local seconds
  [ -n "$1" ] || return 0
  seconds=$((EPOCHSECONDS - $(date -u -d "$(sed -E 's/(....)(..)(..)T(..)(..)(..)Z/\1-\2-\3 \4:\5:\6/' <<<"$1")" +%s)))
  "$BOOTDEV_OWN" aws monitoring / --retry 1 -m 20 -o $work/answer --data Action=PutMetricData --data Version=2010-08-01 --data Namespace=bootdev \
    --data MetricData.member.1.MetricName=BackupAge --data MetricData.member.1.Unit=Seconds --data "MetricData.member.1.Value=$seconds" \
    --data MetricData.member.1.Dimensions.member.1.Name=Machine \
    --data-urlencode "MetricData.member.1.Dimensions.member.1.Value=$BOOTDEV_PROJECT/admin"
}

mkdir -p $work
case ${1:-} in
  '')
    exec 9>$work/lock
    flock -n 9 || exit 0
    answer_requests
    # Not each minute: a list costs.
    [ -n "$(find $work/looked -mmin -5 2>/dev/null)" ] && exit 0
    newest=$(newest)
    if due "$newest"; then
      if "$0" make "$(now)"; then newest=$(newest); else touch $work/failed; fi
    fi
    tell_age "$newest"
    touch $work/looked
    ;;
  make | sanitise | take | update | undo-update) "$1" "${2:?TIME}" ;;
  list-files | pack-files | take-files) "$1" "${2:?SUM}" "${3:?PLACE}" ;;
  *) sed -n '3,/^set /s/^# \{0,1\}//p' "$0" | sed '/^set /d'; exit 2 ;;
esac
