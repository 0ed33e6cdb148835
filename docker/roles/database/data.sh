#!/bin/bash
# The site's data on this machine, for `bootdev db` (src/site/database): dumps in and out, snapshots, undo. One at a time.
#
#   data.sh active                        the site's database, and the one before it
#   data.sh import NONCE                  standard input → a database of its own; the site's from then on, if all of it arrived
#   data.sh count                         kind, name and rows of each table and view of the site's database
#   data.sh settle                        the site uses its database: nobody else's rights are needed any more
#   data.sh switch                        the database before the last import is the site's again, and the other way round
#   data.sh export                        the site's database → standard output
#   data.sh snapshot NAME KIND            a copy of all files; the server stands still for as long as that takes
#   data.sh restore NAME AUTO             a snapshot's files take the place of those that are here, which become the snapshot AUTO
#   data.sh list | delete NAME | usage    name, kind, seconds since 1970, bytes; deleted; bytes of the data, bytes that are free
#   data.sh last | note WHAT NAME         what was done last, and seconds since 1970, for `bootdev undo`
#
# An import goes into a database of its own name, since MySQL cannot rename one: site, site2, site3, so that the one before it stays until
# the next import has succeeded. Which is the site's is said by a file among the data, because a snapshot must bring its own answer.
# Ends with 75: another one is at work; 28: not enough space; 65: the dump is at fault, as the lines on standard error say; 67: it did not arrive
# whole.
set -euo pipefail

role=/etc/bootdev/current
user=$(cat $role/etc/mysql/database-user)
volume=/var/lib/mysql
data=$volume/data
snapshots=$volume/snapshots
incoming=$volume/incoming
answer=$data/site-database
if command -v mariadbd >/dev/null; then
  service=mariadbd private=/dev/shm/mariadb client=mariadb
  dump=(mariadb-dump)
  careful=(--sandbox)
else
  service=mysqld private=/dev/shm/mysql client=mysql
  dump=(mysqldump --set-gtid-purged=OFF --no-tablespaces --column-statistics=0)
  careful=(--system-command=OFF)
fi

fail() { echo "$2" >&2; exit "$1"; }
sql() { "$client" --defaults-file=$private/root.cnf --connect-timeout=5 -NB -e "$1" </dev/null; }
quietly() { sql "$1" 2>/dev/null || true; }
active() { if [ -s $answer ]; then cut -d' ' -f1 $answer; else cat $role/etc/mysql/database-name; fi; }
previous() { [ ! -s $answer ] || cut -d' ' -f2 $answer; }
answers() { # NAME BEFORE: whole or not at all
  printf '%s %s\n' "$1" "$2" >$answer.new
  sync $answer.new
  mv $answer.new $answer
}
note() { printf '%s\n' "$*" >$volume/last.new && mv $volume/last.new $volume/last; }
running() { sql 'SELECT 1' >/dev/null 2>&1; }

take_lock() {
  exec 9>/run/data.lock
  # One whose bootdev was killed ends soon, and what it does is whole.
  flock -w 300 9 || fail 75 'another import, snapshot or restore is at work on this machine'
}

# What a killed run left: an import is forgotten; a copy that did not take its place goes; files whose place was taken become the snapshot
# that they were to be.
tidy() {
  rm -rf $snapshots/.new $snapshots/.gone
  if [ -e $private/import.cnf ]; then
    grant "$(active)"
    rm -f $private/import.cnf
  fi
  if [ -e $incoming ] && [ -e $data/restored-over ]; then keep_replaced; fi
  rm -rf $incoming $data/restored-over
}
keep_replaced() {
  local name
  name=$(cat $data/restored-over)
  mkdir -p "$snapshots/$name"
  printf 'automatic %s %s\n' "$(date +%s)" "$(size $incoming)" >"$snapshots/$name/about"
  note "restore $name"
  mv $incoming "$snapshots/$name/data"
  rm -f $data/restored-over
}

size() { du -sB1 "$1" | cut -f1; }
free() { df --output=avail -B1 $volume | tail -1 | tr -d ' '; }
refuse_without_space() { # BYTES WHAT: 1.2 of them
  local needed=$(($1 + $1 / 5)) there
  there=$(free)
  [ "$there" -ge "$needed" ] || fail 28 "$2 needs $((needed / 1000000)) MB, $((there / 1000000)) MB are free"
}
forget_old() { # the five newest automatic ones stay
  (cd $snapshots 2>/dev/null && grep -sl '^automatic' ./*/about | while read -r about; do
    printf '%s %s\n' "$(cut -d' ' -f2 "$about")" "$(dirname "$about")"
  done | sort -rn | tail -n +6 | cut -d' ' -f2 | while read -r old; do remove "$old"; done) || true
}
remove() { rm -rf $snapshots/.gone && mv "$snapshots/$1" $snapshots/.gone && rm -rf $snapshots/.gone; }
check_name() { [[ $1 =~ ^[a-z0-9][a-z0-9._-]{0,62}$ ]] || fail 64 "not a name: $1"; }

# What the site may do to its database while another one comes in: read. What it wrote would be gone with the switch.
hold() {
  quietly "REVOKE INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, TRIGGER, CREATE VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT ON \`$1\`.* FROM '$user'@'%'"
}
grant() { sql "GRANT ALL ON \`$1\`.* TO '$user'@'%'"; }
drop() { sql "DROP DATABASE IF EXISTS \`$1\`; DROP USER IF EXISTS '$1'@'localhost'" && quietly "REVOKE ALL PRIVILEGES ON \`$1\`.* FROM '$user'@'%'"; }

# NAME NONCE: standard input → that database, which is new.
take_in() {
  local name=$1 nonce=$2 password counts there file=$private/import.cnf
  # The dump runs as the owner of the new database, who has no rights elsewhere: not on the site's present data, not on the server.
  # Afterwards the account is locked; views and triggers run with its rights.
  password=$(head -c 192 /dev/urandom | base64 -w0 | tr -dc 'A-Za-z0-9' | head -c 32)
  install -m 0400 -o nobody -g nogroup /dev/stdin $file <<CNF
[client]
socket = /run/mysqld/mysqld.sock
user = '$name'
password = '$password'
CNF
  sql "CREATE DATABASE \`$name\`; CREATE USER '$name'@'localhost' IDENTIFIED BY '$password'; GRANT ALL ON \`$name\`.* TO '$name'@'localhost'"
  hold "$now"
  # Of what it says two things count: its last line, which says that all of it arrived, and characters that found no place.
  counts=$(setpriv --reuid=nobody --regid=nogroup --clear-groups \
    "$client" --defaults-file=$file --binary-mode "${careful[@]}" --local-infile=0 --default-character-set=utf8mb4 --max-allowed-packet=1G \
    --show-warnings -NB --init-command='SET SESSION foreign_key_checks = 0, unique_checks = 0' "$name" |
    awk -v nonce="$nonce" '
      /\(Code 1366\): Incorrect string value/ && !bad { bad = $0 }
      $1 == nonce { counts = $2 " " $3 " " $4 }
      END { print bad ? "! " bad : counts }') || exit 65
  [[ $counts != !* ]] || fail 65 "${counts#! }"
  [ -n "$counts" ] || exit 67
  there=$(sql "SELECT (SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = '$name' AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')),
    (SELECT COUNT(*) FROM information_schema.views WHERE table_schema = '$name'),
    (SELECT COUNT(*) FROM information_schema.triggers WHERE trigger_schema = '$name')" | tr '\t' ' ')
  [ "$counts" = 'unknown unknown unknown' ] || [ "$there" = "$counts" ] || fail 65 "of the tables, views and triggers of the dump ($counts) there are $there"
  sql "ALTER USER '$name'@'localhost' ACCOUNT LOCK"
}

import() {
  local nonce=$1 now before name
  now=$(active) before=$(previous)
  for name in site site2 site3; do [ "$name" = "$now" ] || [ "$name" = "$before" ] || break; done
  drop "$name"
  # shellcheck disable=SC2064 # the names of now
  trap "rm -f $private/import.cnf; drop '$name' 2>/dev/null || :; grant '$now' 2>/dev/null || :" EXIT # a server that ended does both when it starts, or at the next import
  take_in "$name" "$nonce"
  grant "$name"
  trap - EXIT
  answers "$name" "$now"
  rm -f $private/import.cnf
  note "import $now"
  echo "$name"
}

# A view is read as far as its first row: that it works.
count() {
  local statement name
  name=$(active)
  sql "SELECT CONCAT('SELECT ', IF(table_type = 'VIEW', '\"view\"', '\"table\"'), ', ', QUOTE(table_name), ', COUNT(*) FROM ',
      IF(table_type = 'VIEW', '(SELECT * FROM ', ''), '$name.\`', REPLACE(table_name, '\`', '\`\`'), '\`', IF(table_type = 'VIEW', ' LIMIT 1) one', ''))
    FROM information_schema.tables WHERE table_schema = '$name' AND table_type <> 'SEQUENCE'" \
    | while IFS= read -r statement; do sql "$statement" || exit 65; done
}

settle() {
  local name now before
  now=$(active) before=$(previous)
  grant "$now"
  for name in site site2 site3; do
    if [ "$name" = "$now" ]; then continue; fi
    if [ "$name" = "$before" ]; then quietly "REVOKE ALL PRIVILEGES ON \`$name\`.* FROM '$user'@'%'"; else drop "$name"; fi
  done
}

# The server stands still while its files are copied: no file is from another moment than the next one, as after a power cut, which InnoDB
# recovers from. Tables of other engines (MyISAM) are written out before. Who asks for something waits until it goes on.
freeze() {
  local pid said
  pid=$(cat /run/mysqld/mysqld.pid)
  coproc lock { "$client" --defaults-file=$private/root.cnf -NB --unbuffered 2>&1; }
  echo "SET SESSION lock_wait_timeout = 20; FLUSH TABLES WITH READ LOCK; SELECT 'locked';" >&"${lock[1]}"
  read -r -t 60 said <&"${lock[0]}" || said='no answer'
  [ "$said" = locked ] || fail 1 "the tables could not be locked: $said"
  # shellcheck disable=SC2064 # the number of now
  trap "kill -CONT $pid; rm -rf $snapshots/.new" EXIT
  (exec 9>&-; sleep 300; kill -CONT "$pid"; kill $$) >/dev/null 2>&1 </dev/null & # whatever happens to this script
  guard=$!
  kill -STOP "$pid"
  sleep 0.1 # writes that the kernel was given already
}
thaw() {
  kill -CONT "$(cat /run/mysqld/mysqld.pid)"
  kill "$guard" 2>/dev/null || true
  eval "exec ${lock[1]}>&-"
  trap - EXIT
}

snapshot() { # NAME KIND
  local at
  check_name "$1"
  [ ! -e "$snapshots/$1" ] || fail 64 "there is a snapshot $1 already"
  refuse_without_space "$(size $data)" 'a snapshot'
  mkdir -p $snapshots/.new
  chmod 0700 $snapshots
  freeze
  at=$EPOCHREALTIME
  cp -a --reflink=auto $data $snapshots/.new/data
  thaw
  at=$(((${EPOCHREALTIME/./} - ${at/./}) / 1000))
  printf '%s %s %s\n' "$2" "$(date +%s)" "$(size $snapshots/.new/data)" >$snapshots/.new/about
  sync -f $snapshots/.new/about
  mv $snapshots/.new "$snapshots/$1"
  [ "$2" != automatic ] || forget_old
  echo $at
}

start() { [ ! -d /run/service/$service ] || s6-svc -u /run/service/$service; }

restore() { # NAME AUTO
  local at end
  check_name "$1"
  check_name "$2"
  [ -d "$snapshots/$1/data" ] || fail 64 "there is no snapshot $1"
  [ ! -e "$snapshots/$2" ] || fail 64 "there is a snapshot $2 already"
  refuse_without_space "$(size "$snapshots/$1/data")" 'this restore'
  mkdir -m 0750 $incoming
  cp -a --reflink=auto "$snapshots/$1/data/." $incoming/
  printf '%s\n' "$2" >$incoming/restored-over
  sync -f $incoming/restored-over
  at=$EPOCHREALTIME
  trap start EXIT
  s6-svc -wD -T 60000 -d /run/service/$service || fail 1 'the server does not stop'
  mv --exchange --no-target-directory $incoming $data
  start
  trap - EXIT
  keep_replaced
  forget_old
  end=$((SECONDS + 120))
  until running; do
    [ $SECONDS -lt $end ] || fail 1 'the server does not answer with these files'
    sleep 0.1
  done
  echo $(((${EPOCHREALTIME/./} - ${at/./}) / 1000))
}

list() {
  local about
  for about in "$snapshots"/*/about; do
    [ ! -d "${about%about}data" ] || printf '%s %s\n' "$(basename "$(dirname "$about")")" "$(cat "$about")"
  done
}

back() {
  local now before
  now=$(active) before=$(previous)
  [ -n "$before" ] || fail 64 'there is no database from before'
  grant "$before"
  hold "$now"
  answers "$before" "$now"
  note "import $now"
  echo "$before"
}

delete() {
  check_name "$1"
  [ -d "$snapshots/$1" ] || fail 64 "there is no snapshot $1"
  remove "$1"
}

export_() {
  exec "${dump[0]}" --defaults-file=$private/root.cnf "${dump[@]:1}" --single-transaction --quick --routines --triggers --events \
    --default-character-set=utf8mb4 "$(active)"
}

verb=${1:-}
case $verb in
  active) echo "$(active) $(previous)" ;;
  list) list ;;
  usage) echo "$(size $data) $(free)" ;;
  note) note "$2" "$3" ;;
  last) [ ! -f $volume/last ] || printf '%s %s\n' "$(cat $volume/last)" "$(stat -c %Y $volume/last)" ;;
  count) count ;;
  export) export_ ;;
  import | snapshot | restore | settle | switch | delete)
    take_lock
    start
    tidy
    case $verb in
      import) import "$2" ;;
      snapshot) snapshot "$2" "$3" ;;
      restore) restore "$2" "$3" ;;
      settle) settle ;;
      switch) back ;;
      delete) delete "$2" ;;
    esac
    ;;
  *) sed -n '2,/^set /s/^# \{0,1\}//p' "$0" | sed '/^set /d'; exit 2 ;;
esac
