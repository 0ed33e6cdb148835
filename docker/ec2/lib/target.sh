# shellcheck shell=bash
# The addresses that nobody knew before this machine was there, and the target that is made of all of them.

# ElastiCache's nodes, which CloudFormation does not know, in a stable order, on which consistent hashing depends.
cache_nodes() {
  local answer
  exec 3<>"/dev/tcp/${BOOTDEV_CACHE%:*}/${BOOTDEV_CACHE##*:}"
  printf 'config get cluster\r\n' >&3
  answer=$(timeout 5 sed '/^END/q' <&3)
  exec 3>&-
  tr -d '\r' <<<"$answer" | tr ' ' '\n' | awk -F'|' 'NF == 3 {print $1 ":" $3}' | sort | paste -sd, | grep .
} 2>/dev/null

# The web machines by the name that they have in the replica (WEB_HOST): a purge must reach all of them. From EC2's own list, since a group
# adds and removes them; one that still boots is in it too, minutes before its first visitor.
web_machines() {
  [ -n "${BOOTDEV_WEB:-}" ] || return 0
  local answer new=$state/hosts
  answer=$(aws ec2 / --retry 1 -m 20 --data Action=DescribeInstances --data Version=2016-11-15 --data Filter.1.Name=tag:bootdev:machine \
    --data-urlencode "Filter.1.Value.1=$BOOTDEV_WEB" --data Filter.2.Name=instance-state-name --data Filter.2.Value.1=running) \
    || { say "where the web machines are is not known, the last list stays: ${answer:0:300}"; return; }
  {
    sed '/ web # bootdev$/d' /etc/hosts
    { grep -oE '<privateIpAddress>[0-9.]+' <<<"$answer" || true; } | sort -u | sed 's/.*>//; s/$/ web # bootdev/'
  } >$new
  # Written into the same file: its name may not be replaced, and programs read it whole.
  cmp -s $new /etc/hosts || cat $new >/etc/hosts
}

# Which database is the site's, where somebody has replaced its data (docs/data.md): as the admin machine has said it in the bucket. Else the one
# that the template names, whose parameter stays as it is: RDS would be replaced with it.
site_database() {
  local new=$state/site-database.new
  aws s3 "/$BOOTDEV_BUCKET/data/site-database" -m 20 -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' -o $new "$@" || return 1
  grep -qE '^[a-z][a-z0-9_]{0,31} [a-z]' $new || return 1
  mv -f $new $state/site-database
}
has_database() { [ -z "${BOOTDEV_JOB:-}" ] && grep -q '^DB_NAME=' /etc/bootdev/target.in; }
# At a boot it must be known: the database of before would have what was replaced.
fetch_site_database() {
  has_database || return 0
  known() {
    local listed
    listed=$(aws s3 "/$BOOTDEV_BUCKET/?list-type=2&prefix=data%2Fsite-database" --retry 0 -m 20 -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD') || return 1
    [[ $listed == *'<Key>data/site-database</Key>'* ]] || { rm -f $state/site-database; return 0; }
    site_database
  }
  within 120 known || fail "which database is the site's is not known: $BOOTDEV_BUCKET does not say it"
}
# Another one since: without a new machine. The old list stays where the bucket does not answer.
follow_database() {
  local digest target
  has_database || return 0
  site_database --retry 0 2>/dev/null || return 0
  [ "$(cut -d' ' -f1 $state/site-database)" != "$(sed -n 's/^DB_NAME=//p' /etc/bootdev/target.env)" ] || return 0
  exec > >(exec cat) 2>&1 # the roles' checks open their output by name: report_and_repair
  exec 9>/run/bootdev-instance.lock
  flock 9
  say "the site's database is $(cut -d' ' -f1 $state/site-database) from now on"
  make_target
  read -r digest target <"/bundle/desired/$BOOTDEV_KIND"
  "/bundle/$digest/bin/machine" apply "$digest" "$target"
}

make_target() {
  local nodes target
  mkdir -p /bundle/targets /bundle/desired
  {
    if has_database && [ -s $state/site-database ]; then
      sed "/^\$/d; s/^DB_NAME=.*/DB_NAME=$(cut -d' ' -f1 $state/site-database)/" /etc/bootdev/target.in
    else
      grep . /etc/bootdev/target.in
    fi
    if [ -n "$BOOTDEV_CACHE" ]; then
      nodes=$(within 60 cache_nodes) || fail "$BOOTDEV_CACHE does not list its memcached nodes"
      echo "MEMCACHED=$nodes"
    fi
  } | sort >/bundle/targets/new
  target=$(sha256 </bundle/targets/new)
  mv /bundle/targets/new "/bundle/targets/$target.env"
  echo "$BOOTDEV_DIGEST $target" >"/bundle/desired/$BOOTDEV_KIND"
}
