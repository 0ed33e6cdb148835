#!/bin/bash
# In a container without a capability and without a key: a management daemon that says to be the arbiter, as its identity follows from its
# name, and then changes the volume.
nodes=(gluster-1 gluster-2 arbiter)
uuid_of() { printf 'bootdev gluster %s' "$1" | md5sum | sed -E 's/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/\1-\2-\3-\4-\5/'; }
state=/var/lib/glusterd
mkdir -p $state/peers /run/gluster /var/log/glusterfs
printf 'UUID=%s\noperating-version=110000\n' "$(uuid_of 2)" >$state/glusterd.info
for other in 0 1; do
  printf 'uuid=%s\nstate=3\nhostname1=%s\n' "$(uuid_of $other)" "${nodes[other]}" >"$state/peers/$(uuid_of $other)"
done
glusterd --no-daemon --log-level=ERROR --log-file=/dev/null &
for _ in $(seq 15); do
  sleep 1
  gluster --mode=script pool list 2>/dev/null | grep -v localhost | grep -q ' Connected' && break
done
sleep 5 # a peer is told of the volume
timeout 20 gluster --mode=script pool list | grep -v localhost
timeout 20 gluster --mode=script volume set files diagnostics.latency-measurement on
kill %1
