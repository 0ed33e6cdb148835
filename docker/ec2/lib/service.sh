# shellcheck shell=bash
# The end of a boot: its group, its load balancer and CloudFormation hear of it.

# It takes itself out of its group, which then asks for none.
end_machine() {
  aws autoscaling / -m 30 -o $state/answer --data Action=TerminateInstanceInAutoScalingGroup --data Version=2011-01-01 \
    --data "InstanceId=$instance" --data ShouldDecrementDesiredCapacity=true || say "this machine could not be terminated: $(head -c 300 $state/answer)"
}

# From now on its group counts this machine, and its load balancer gets it: the hook of the group's launches ends with a yes. Who never
# says it is ended after half an hour (LifecycleHookSpecificationList). The group's name is CloudFormation's.
join_group() {
  joined() {
    local group
    group=$(aws cloudformation / --retry 0 -m 20 --data Action=DescribeStackResource --data Version=2010-05-15 \
      --data-urlencode "StackName=$BOOTDEV_STACK" --data "LogicalResourceId=$BOOTDEV_RESOURCE" 2>&1 | tee $state/answer \
      | sed -n 's/.*<PhysicalResourceId>\(.*\)<\/PhysicalResourceId>.*/\1/p') && [ -n "$group" ] || return 1
    aws autoscaling / --retry 0 -m 20 -o $state/answer --data Action=CompleteLifecycleAction --data Version=2011-01-01 \
      --data LifecycleHookName=boot --data-urlencode "AutoScalingGroupName=$group" --data LifecycleActionResult=CONTINUE --data "InstanceId=$instance" \
      || grep -q 'No active Lifecycle Action' $state/answer # the answer to an earlier yes was lost
  }
  within 180 joined || fail "the group does not take this machine: $(head -c 300 $state/answer)"
}

# CloudFormation removes an old machine at SUCCESS: by then the load balancer must send visitors to this one. It takes it when the group does.
await_balancer() {
  [ -n "${BOOTDEV_TARGETS:-}" ] || return 0
  taken() {
    aws elasticloadbalancing / --retry 0 -m 20 -o $state/answer --data Action=DescribeTargetHealth --data Version=2015-12-01 \
      --data-urlencode "TargetGroupArn=$BOOTDEV_TARGETS" --data "Targets.member.1.Id=$instance" || return 1
    grep -q '<State>healthy</State>' $state/answer || { sleep 1; return 1; }
  }
  said() { sed -n "s/.*<$1>\([^<]*\)<\/$1>.*/\1/p" $state/answer | head -n 1; }
  within 300 taken || fail "the load balancer does not take this machine: $(said State) $(said Reason) $(said Description) $(said Message)"
  say "$SECONDS s: the load balancer sends visitors"
}

# The next node of the shared files is replaced at SUCCESS: until then every file must be on every node again, since what is left on one
# alone would be gone with it. Healing goes on whatever comes of this: a node that still lacks files stays, and CloudFormation replaces no other.
await_heals() {
  case $BOOTDEV_KIND in gluster | arbiter) ;; *) return 0 ;; esac
  # shellcheck disable=SC1091
  (. /etc/bootdev/current/lib/gluster/node && started) || return 0 # the volume is made when all nodes are there
  local waiting='' before=''
  healed() {
    # All bricks have to be asked: what a node has missed is known by the others.
    waiting=$(timeout 300 gluster --mode=script volume heal files info summary 2>&1 \
      | awk '/^Total Number of entries: [0-9]+$/ { n++; sum += $5 } END { print n == 3 ? sum : "?" }')
    [ "$waiting" != 0 ] || return 0
    [ "$waiting" = "$before" ] || say "$SECONDS s: $waiting files to heal before another node may be replaced"
    before=$waiting
    sleep 4
    return 1
  }
  within "${BOOTDEV_HEAL_SECONDS:-3000}" healed && return
  outcome=FAILURE
  say "$waiting files are not on all nodes yet: this node stays and goes on, no other is replaced. Once  gluster volume heal files info summary  says 0 of each: bootdev promote"
}

# Once. A machine that was rebooted is the balancer's to judge.
enter_service() {
  [ ! -e $state/joined ] || return 0
  join_group
  await_balancer
  touch $state/joined
}

signal() { # SUCCESS | FAILURE
  aws cloudformation / -m 30 -o $state/answer --data Action=SignalResource --data Version=2010-05-15 --data "Status=$1" \
    --data-urlencode "StackName=$BOOTDEV_STACK" --data-urlencode "LogicalResourceId=$BOOTDEV_RESOURCE" --data "UniqueId=$instance" \
    || say "CloudFormation did not accept $1: $(sed -n 's/.*<Message>\(.*\)<\/Message>.*/\1/p' $state/answer)" # after a reboot it does not wait
}

# What it has said so far. One at a time, so that the last one stays; the lock is curl's too.
put_log() (
  flock 8
  tail -n 200 $log >$state/tail
  put $state/tail "boot-logs/$BOOTDEV_KIND/$instance.log"
) 8>/run/bootdev-log.lock 9>&-
# Somebody waits: promote shows the last line while it does.
put_log_meanwhile() {
  trap - ERR
  while sleep 30; do put_log || true; done >/dev/null 2>&1
}
