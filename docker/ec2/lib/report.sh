# shellcheck shell=bash
# What this machine says of itself each five minutes, and what it repairs of itself.

# A real request to every role. The first nodes of the shared files cannot have the volume yet: while the name of another node is
# unclaimed, a node is healthy if its management daemon answers. The last node's health is that of the volume.
healthy() {
  local other
  "$machine" health >$state/health 2>&1 && return
  case $BOOTDEV_KIND in gluster | arbiter) ;; *) return 1 ;; esac
  # shellcheck disable=SC1091
  (. /etc/bootdev/current/lib/gluster/node && answers 24007) || return 1
  for other in $(gluster_nodes); do
    case $(getent ahostsv4 "$other" | awk 'NR == 1 {print $1}') in
      '' | "$unclaimed")
        say "$other is not there yet: the volume is made as soon as it is"
        return
        ;;
    esac
  done
  return 1
}

quoted() { sed 's/[\\"]/\\&/g; s/^\([^=]*\)=\(.*\)$/"\1":"\2"/' | paste -sd,; } # NAME=value lines → members of an object

# What is free, in per cent: of the disk that is fullest in space or in files, and of the memory. A container's would be its computer's.
# Disks of others (the shared files, by their colon) are not asked: they may not answer.
free() {
  local used at memory
  read -r used at < <(timeout 10 df -l -x tmpfs -x devtmpfs -x vfat -x squashfs --output=pcent,ipcent,target | awk '
    NR > 1 { used = $1 + 0 > $2 + 0 ? $1 + 0 : $2 + 0; if (used >= most) { most = used; at = $3 } } END { print most + 0, at }')
  memory=$(awk '/^MemTotal:/ { all = $2 } /^MemAvailable:/ { print int(100 * $2 / all) }' /proc/meminfo)
  printf '{"disk":%d,"at":"%s","memory":%d}' $((100 - used)) "$at" "$memory"
}

# One line of JSON: what `machine report` says, as in the replica, and what only an instance has.
report() { # REPAIRED: a JSON object, or nothing
  local base healthy=false
  base=$("$machine" report code)
  if "$machine" health >/dev/null 2>&1; then healthy=true; fi
  printf '%s,"repaired":%s,"instance":"%s","architecture":"%s","healthy":%s,"free":%s,"time":"%s","bootDigest":"%s","packagesDigest":"%s","capacity":{%s},"packages":{%s}}\n' \
    "${base%\}}" "${1:-null}" "$instance" "$(dpkg --print-architecture)" "$healthy" "$(free)" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
    "$(sha256 <$own)" "$(cat $state/provisioned)" "$(sed -nE '/(_MB|_CHILDREN|_CONNECTIONS)=/p' /etc/bootdev/target.env | quoted)" \
    "$(dpkg-query -W -f '${db:Status-Abbrev}${Package}=${Version}\n' | sed -n 's/^ii *//p' | quoted)"
}
send_report() {
  report "$(cat $state/repaired 2>/dev/null || true)" >$state/report.json
  put $state/report.json "reports/$BOOTDEV_KIND/$instance.json"
  heartbeat
}
# For 80-watch: whether this machine is healthy, by a name that all machines of a group share (its alarm is about the group's only one, or about
# none of many); what it has free and, of a web machine, what its roles say of this moment, by the project's name: each name costs money, the
# least of all machines is what matters, and the log says whose it is. All from the report.
heartbeat() {
  local name=${BOOTDEV_NAME%%.*} report well=0 number=0 asked=(--data Action=PutMetricData --data Version=2010-08-01 --data Namespace=bootdev)
  report=$(<$state/report.json)
  [[ $report != *'"healthy":true'* ]] || well=1
  metric() { # NAME VALUE DIMENSION ITS-VALUE
    local member=MetricData.member.$((++number))
    asked+=(--data "$member.MetricName=$1" --data "$member.Value=$2" --data "$member.Dimensions.member.1.Name=$3"
      --data-urlencode "$member.Dimensions.member.1.Value=$4")
  }
  metric Healthy $well Machine "$BOOTDEV_PROJECT/${name:-$BOOTDEV_KIND}"
  if [[ $report =~ \"free\":\{\"disk\":([0-9]+),\"at\":\"([^\"]*)\",\"memory\":([0-9]+)\} ]]; then
    say "free: ${BASH_REMATCH[1]} % of the disk at ${BASH_REMATCH[2]}, ${BASH_REMATCH[3]} % of the memory"
    metric DiskFree "${BASH_REMATCH[1]}" Project "$BOOTDEV_PROJECT"
    metric MemoryFree "${BASH_REMATCH[3]}" Project "$BOOTDEV_PROJECT"
  fi
  if [[ $report =~ \"now\":\"[^\"]*PHP\ ([0-9]+)\ of\ ([0-9]+)\ busy(\ ·\ ([0-9]+)\ waiting)? ]]; then
    metric PhpBusy $((100 * BASH_REMATCH[1] / BASH_REMATCH[2])) Project "$BOOTDEV_PROJECT"
    metric PhpWaiting "${BASH_REMATCH[4]:-0}" Project "$BOOTDEV_PROJECT"
  fi
  if [[ $report =~ \"now\":\"[^\"]*hit\ ([0-9]+)\ % ]]; then metric CacheHits "${BASH_REMATCH[1]}" Project "$BOOTDEV_PROJECT"; fi
  aws monitoring / --retry 1 -m 20 -o $state/answer "${asked[@]}" \
    || say "the metrics were not accepted: $(head -c 300 $state/answer)" # their absence is what alarms
}
differs() { sed -n 's/.*"differs":\[\(.*\)\],"programs":.*/\1/p' $state/report.json; } # in the last report
value() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" $state/report.json; }

# Only back to what was booted: new files come with a new instance. Drift is reported before it is repaired, so that somebody can find
# out who caused it.
report_and_repair() {
  local digest target
  exec > >(exec cat) 2>&1 # the roles' checks open their output by name, which the journal's socket does not allow
  exec 9>/run/bootdev-instance.lock
  flock 9
  instance=$(metadata meta-data/instance-id)
  name_machine
  have_bundle # live files are compared with it, and it may have been changed too
  send_report
  read -r digest target <"/bundle/desired/$BOOTDEV_KIND"
  if [ "$(value digest)" = "$digest" ] && [ "$(value target)" = "$target" ] && [ "$(value release)" = "$BOOTDEV_RELEASE" ]; then return; fi
  say "not as booted, repairing: $(differs)"
  printf '{"time":"%s","code":"%s","differs":[%s]}' "$(value time)" "$(value release)" "$(differs)" >$state/repaired
  if [ "$(value release)" != "$BOOTDEV_RELEASE" ]; then
    have_release
    rm -f /run/php/php-fpm.active # PHP keeps compiled code: it must restart, as after a change of its own files
  fi
  make_target
  read -r digest target <"/bundle/desired/$BOOTDEV_KIND"
  "/bundle/$digest/bin/machine" apply "$digest" "$target"
  send_report
}
