#!/bin/bash
# cronie, the cron of Fedora and Arch; docs/decisions/0004-cron.md says why.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

# Debian starts a service as soon as it is installed; ours must start only with our crontab.
ln -sf /dev/null /etc/systemd/system/cronie.service
apt-get install -y -qq --no-install-recommends cronie >/dev/null

# The bundle's crontab is the whole list, without the jobs of packages (PHP's clean-up of session files: sessions are not files here).
rm -rf /etc/cron.d/* /etc/cron.d/.placeholder /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly
ln -sf /etc/bootdev/current/etc/crontab /etc/crontab
ln -sf /etc/bootdev/current/usr/local/bin/job /usr/local/bin/job
