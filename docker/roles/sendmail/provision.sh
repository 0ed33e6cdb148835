#!/bin/bash
# The site's sendmail: msmtp speaks to the mail server, nullmailer keeps what it does not take now. docs/decisions/0028-mail.md says why these.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

# Debian starts a service as soon as it is installed; ours starts with our configuration only (run/mail-queue).
ln -sf /dev/null /etc/systemd/system/nullmailer.service
mkdir -p /etc/tmpfiles.d # not in each image
ln -sf /dev/null /etc/tmpfiles.d/nullmailer.conf
# nullmailer has a sendmail of its own, which would queue every mail.
dpkg-divert --quiet --local --rename --divert /usr/sbin/sendmail.nullmailer --add /usr/sbin/sendmail
apt-get install -y -qq --no-install-recommends msmtp nullmailer >/dev/null
ln -sf /etc/bootdev/current/usr/sbin/sendmail /usr/sbin/sendmail
# The queue belongs to the site's user: nobody needs another's rights for it.
chmod u-s /usr/sbin/nullmailer-queue /usr/bin/mailq

# What nullmailer has fixed paths for: its settings and how it sends are the bundle's, its queue is in the shared files.
rm -rf /etc/nullmailer /var/spool/nullmailer
ln -s /etc/bootdev/current/etc/nullmailer /etc/nullmailer
ln -sf /etc/bootdev/current/lib/mail/deliver /usr/lib/nullmailer/msmtp
install -d /var/spool/nullmailer
ln -s /srv/files/private/.mail/queue /srv/files/private/.mail/failed /var/spool/nullmailer/
mkfifo -m 0644 /var/spool/nullmailer/trigger # it insists on one; nobody pulls it
