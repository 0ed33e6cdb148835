# shellcheck shell=bash
# systemd in the place of s6.

# Capabilities as in the container: compose/*.yaml has the reason for each.
capabilities() {
  case $BOOTDEV_KIND in
    web) echo CAP_NET_BIND_SERVICE CAP_SETUID CAP_SETGID CAP_CHOWN CAP_KILL CAP_DAC_OVERRIDE ;;
    admin) echo CAP_SETUID CAP_SETGID CAP_CHOWN CAP_KILL CAP_DAC_OVERRIDE ;;
    solr) echo CAP_SETUID CAP_SETGID CAP_CHOWN CAP_DAC_OVERRIDE CAP_KILL ;;
    gluster | arbiter) echo CAP_SYS_ADMIN CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_FSETID CAP_SETUID CAP_SETGID CAP_MKNOD CAP_NET_BIND_SERVICE CAP_KILL ;;
  esac
}

# What no program of ours asks the kernel for, as compose/seccomp.json has it for containers: new namespaces, other architectures' calls,
# parts with many holes in the past, what is the whole machine's. systemd's groups: https://www.freedesktop.org/software/systemd/man/systemd.exec.html
denied='@clock @cpu-emulation @debug @keyring @module @obsolete @raw-io @reboot @swap bpf fanotify_init io_uring_enter io_uring_register
  io_uring_setup kcmp open_by_handle_at perf_event_open pidfd_getfd process_madvise process_vm_readv process_vm_writev quotactl userfaultfd'
denied=${denied//$'\n'/}

# NAME TIMEOUT TEXT FIRST AGAIN ACCURACY [LINE…]: bootdev-NAME.service, which runs `NAME` of this program, and its timer. TIMEOUT: seconds that a
# run may take; FIRST: when, after the start; LINE: further ones of [Service].
repeated() {
  local unit=/etc/systemd/system/bootdev-$1
  cat >"$unit.service" <<UNIT
[Unit]
Description=bootdev: $3
[Service]
Type=oneshot
ExecStart=$own $1
TimeoutStartSec=$2
$(printf '%s\n' "${@:7}")
UNIT
  cat >"$unit.timer" <<UNIT
[Unit]
Description=bootdev: $3
[Timer]
OnActiveSec=$4
$5
AccuracySec=$6
UNIT
}

write_units() {
  local units=/etc/systemd/system
  [ -d /run/systemd/system ] || return 0
  cat >$units/bootdev@.service <<UNIT
[Unit]
Description=%i of this $BOOTDEV_KIND machine
# As s6 in a container: after five crashes in ten seconds it is not restarted.
StartLimitIntervalSec=10
StartLimitBurst=5
[Service]
ExecStart=/etc/bootdev/current/run/%i
Restart=always
RestartSec=1
# The program itself is asked to end; processes that it leaves are killed. A program can ask for something else (kill-mode, stop-signal).
KillMode=mixed
TimeoutStopSec=15
LimitNOFILE=524288
NoNewPrivileges=yes
CapabilityBoundingSet=$(capabilities | paste -sd' ')
RestrictNamespaces=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=~$denied @mount chroot pivot_root
LockPersonality=yes
RestrictRealtime=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
# What runs wild in a program ends there: as many processes and threads as a container may have, and no swap.
TasksMax=$(case $BOOTDEV_KIND in web | admin) echo 1024 ;; *) echo 4096 ;; esac)
MemorySwapMax=0
# The metadata service, for root's part of a program too.
IPAddressDeny=169.254.169.254 fd00:ec2::254
UNIT
  # The one program that mounts something.
  mkdir -p $units/bootdev@files.service.d
  cat >$units/bootdev@files.service.d/mount.conf <<UNIT
[Service]
CapabilityBoundingSet=CAP_SYS_ADMIN
SystemCallFilter=
SystemCallFilter=~$denied chroot pivot_root
UNIT
  [ -e "/bundle/$BOOTDEV_DIGEST/run/files" ] || rm -r $units/bootdev@files.service.d
  repeated report 240 'report what is active, and repair drift' 5min OnUnitActiveSec=5min 10s
  repeated web 60 'where the web machines are' 30 OnUnitActiveSec=30 5s
  # What is on its way arrives, and is known to have arrived; visitors first.
  repeated logs 300 'the log of this machine to CloudWatch' 5 OnUnitInactiveSec=30 5s \
    KillMode=mixed TimeoutStopSec=40 Nice=10 IOSchedulingClass=idle
  # Before the old ones end, with two more tries.
  repeated media 120 "the site's own credentials for its bucket" 20min OnUnitActiveSec=20min 10s
  repeated backup infinity "backups of the site's database, where one is due or was asked for" 1min OnUnitInactiveSec=1min 10s
  systemctl daemon-reload
}

# From now on a program that keeps crashing reboots the machine, as Docker's policy restarts the container. Not before: a boot that
# fails must be able to report why.
start_watching() {
  [ -d /run/systemd/system ] || return 0
  mkdir -p /run/systemd/system/bootdev@.service.d
  printf '[Unit]\nStartLimitAction=reboot\n' >/run/systemd/system/bootdev@.service.d/start-limit.conf
  systemctl daemon-reload
  systemctl start bootdev-report.timer
  [ -z "${BOOTDEV_MEDIA_ROLE:-}" ] || systemctl start bootdev-media.timer
  [ -z "${BOOTDEV_WEB:-}" ] || systemctl start bootdev-web.timer
  [ -z "${BOOTDEV_LOG_GROUP:-}" ] || systemctl start bootdev-logs.timer
  [ "$BOOTDEV_KIND" != admin ] || systemctl start bootdev-backup.timer
}
