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
  cat >$units/bootdev-report.service <<UNIT
[Unit]
Description=bootdev: report what is active, and repair drift
[Service]
Type=oneshot
ExecStart=$own report
TimeoutStartSec=240
UNIT
  cat >$units/bootdev-report.timer <<'UNIT'
[Unit]
Description=bootdev: report every five minutes
[Timer]
OnActiveSec=5min
OnUnitActiveSec=5min
AccuracySec=10s
UNIT
  cat >$units/bootdev-web.service <<UNIT
[Unit]
Description=bootdev: where the web machines are
[Service]
Type=oneshot
ExecStart=$own web
TimeoutStartSec=60
UNIT
  cat >$units/bootdev-web.timer <<'UNIT'
[Unit]
Description=bootdev: web machines come and go
[Timer]
OnActiveSec=30
OnUnitActiveSec=30
AccuracySec=5s
UNIT
  cat >$units/bootdev-logs.service <<UNIT
[Unit]
Description=bootdev: the log of this machine to CloudWatch
[Service]
Type=oneshot
ExecStart=$own logs
TimeoutStartSec=300
# What is on its way arrives, and is known to have arrived.
KillMode=mixed
TimeoutStopSec=40
# Visitors first.
Nice=10
IOSchedulingClass=idle
UNIT
  cat >$units/bootdev-logs.timer <<'UNIT'
[Unit]
Description=bootdev: the log of this machine, each half minute
[Timer]
OnActiveSec=5
OnUnitInactiveSec=30
AccuracySec=5s
UNIT
  cat >$units/bootdev-media.service <<UNIT
[Unit]
Description=bootdev: the site's own credentials for its bucket
[Service]
Type=oneshot
ExecStart=$own media
TimeoutStartSec=120
UNIT
  cat >$units/bootdev-media.timer <<'UNIT'
[Unit]
Description=bootdev: new credentials before the old ones end, with two more tries
[Timer]
OnActiveSec=20min
OnUnitActiveSec=20min
AccuracySec=10s
UNIT
  cat >$units/bootdev-backup.service <<UNIT
[Unit]
Description=bootdev: backups of the site's database
[Service]
Type=oneshot
ExecStart=$own backup
TimeoutStartSec=infinity
UNIT
  cat >$units/bootdev-backup.timer <<'UNIT'
[Unit]
Description=bootdev: whether a backup is due, or was asked for
[Timer]
OnActiveSec=1min
OnUnitInactiveSec=1min
AccuracySec=10s
UNIT
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
