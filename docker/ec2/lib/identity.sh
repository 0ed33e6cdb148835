# shellcheck shell=bash
# What only this instance has: its name, its volume.

name_machine() {
  BOOTDEV_MACHINE=${BOOTDEV_NAME%%.*}
  [ -n "$BOOTDEV_MACHINE" ] || BOOTDEV_MACHINE=$BOOTDEV_KIND-${instance#i-}
  export BOOTDEV_MACHINE
}

# The data volume outlives instances: it is taken over from the previous one, and gets a file system only if it is blank.
attach_volume() {
  [ -n "$BOOTDEV_VOLUME" ] || return 0
  local name=/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${BOOTDEV_VOLUME/-/} device='' place=/srv/volume path found=0
  there() { # udev's name with the namespace; the one without is for older udevs
    for device in "${name}_1" "$name"; do [ ! -b "$device" ] || return 0; done
    return 1
  }
  attached() {
    ! there || return 0
    aws ec2 / --retry 0 -m 20 -o $state/answer --data Action=AttachVolume --data Version=2016-11-15 --data Device=/dev/sdf \
      --data "VolumeId=$BOOTDEV_VOLUME" --data "InstanceId=$instance" || sed -n 's/.*<Message>\(.*\)<\/Message>.*/boot: \1/p' $state/answer
    sleep 2
    there
  }
  within 600 attached || fail "$BOOTDEV_VOLUME is not attached after 10 minutes: is it still attached to another instance?"
  blkid -p "$device" || found=$?
  case $found in
    0) ;;
    2)
      [ -z "$(head -c 1M "$device" | tr -d '\0' | head -c 1)" ] || fail "$BOOTDEV_VOLUME has unknown content: it is left as it is"
      say "$BOOTDEV_VOLUME is blank: making a file system"
      mkfs.ext4 -q -I 512 -L bootdev "$device" # inodes with space for GlusterFS's attributes
      ;;
    *) fail "$BOOTDEV_VOLUME cannot be read" ;;
  esac
  mkdir -p $place
  mountpoint -q $place || mount -o noatime "$device" $place
  resize2fs "$device" >/dev/null 2>&1 || true # if the volume was made larger
  case $BOOTDEV_KIND in
    solr) set -- /var/solr ;;
    gluster | arbiter) set -- /var/lib/bricks /var/lib/glusterd ;;
    *) set -- ;;
  esac
  for path in "$@"; do
    [ -d "$place/$(basename "$path")" ] || install -d -m "$(stat -c %a "$path")" "$place/$(basename "$path")"
    mountpoint -q "$path" || mount --bind "$place/$(basename "$path")" "$path"
  done
}

record() { # ACTION NAME ADDRESS
  local body='<ChangeResourceRecordSetsRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ChangeBatch><Changes><Change>'
  body+="<Action>$1</Action><ResourceRecordSet><Name>$2</Name><Type>A</Type><TTL>5</TTL><ResourceRecords><ResourceRecord>"
  body+="<Value>$3</Value></ResourceRecord></ResourceRecords></ResourceRecordSet></Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>"
  aws route53 "/2013-04-01/hostedzone/$BOOTDEV_ZONE/rrset/" -m 30 -o $state/answer -H 'content-type: text/xml' --data "$body" "${@:4}"
}

# Others find this node by a name that stays when the instance is replaced. Names of nodes that are not there yet are created too,
# pointing nowhere: resolvers would remember for a quarter of an hour that a name does not exist.
claim_name() {
  [ -n "$BOOTDEV_NAME" ] || return 0
  local address other
  address=$(metadata meta-data/local-ipv4)
  grep -qxF "$address $BOOTDEV_NAME" /etc/hosts || echo "$address $BOOTDEV_NAME" >>/etc/hosts
  [ -n "$BOOTDEV_ZONE" ] || return 0
  within 120 record UPSERT "$BOOTDEV_NAME" "$address" || fail "the name $BOOTDEV_NAME was not accepted: $(head -c 300 $state/answer)"
  for other in $(gluster_nodes); do
    [ "$other" = "$BOOTDEV_NAME" ] || record CREATE "$other" $unclaimed --retry 0 >/dev/null 2>&1 || true # it exists already
  done
}
gluster_nodes() { sed -n 's/^GLUSTER_NODES=//p' /etc/bootdev/target.in | tr ',' ' '; }
