# shellcheck shell=bash
# Who may do what on this machine: its operators, and the metadata service.

# Somebody can look at a machine whose boot failed: EC2 Instance Connect hands an operator's key to the instance for a minute, and sshd asks
# for it here (Debian has no package of that helper). Its user is nothing else's, since the metadata service answers it (close_metadata).
# The image's person is admin: aws ec2-instance-connect ssh --os-user admin --instance-id …
accept_operators() {
  local helper=/usr/local/sbin/ec2-instance-connect-keys
  id -u ec2-instance-connect >/dev/null 2>&1 \
    || useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin ec2-instance-connect
  cat >$helper.new <<HELPER
#!/bin/sh
# USER → the keys that somebody with the right to ec2-instance-connect:SendSSHPublicKey has sent for it within the last minute.
imds=$(printenv AWS_EC2_METADATA_SERVICE_ENDPOINT || echo http://169.254.169.254)/latest
token=\$(curl -sf -m 5 -X PUT -H 'x-aws-ec2-metadata-token-ttl-seconds: 60' "\$imds/api/token") \\
  && exec curl -sf -m 5 -H "x-aws-ec2-metadata-token: \$token" "\$imds/meta-data/managed-ssh-keys/active-keys/\$1/"
HELPER
  chmod 0755 $helper.new
  mv $helper.new $helper
  install -d /etc/ssh/sshd_config.d
  printf 'AuthorizedKeysCommand %s %%u\nAuthorizedKeysCommandUser ec2-instance-connect\n' $helper >/etc/ssh/sshd_config.d/60-ec2-instance-connect.conf
  systemctl reload ssh 2>/dev/null || true # sshd tries its configuration first, and keeps the old one
}

# The role's credentials are for root alone: the metadata service is closed to every other user, however a process was started, before any
# program of the site runs. (sshd's helper for EC2 Instance Connect has to ask for an operator's key.) Units have a second lock below.
close_metadata() {
  local host address helper
  host=$(printenv AWS_EC2_METADATA_SERVICE_ENDPOINT | sed 's|.*//||; s|[:/].*||') || true
  address=$(getent ahostsv4 "${host:-169.254.169.254}" | awk 'NR == 1 {print $1}')
  rule() { ip rule show priority "$1" | grep -q . || ip rule add priority "$1" to "$address" uidrange "$2" "${@:3}"; }
  if helper=$(id -u ec2-instance-connect 2>/dev/null); then rule 90 "$helper-$helper" lookup main; fi
  rule 91 1-4294967294 prohibit
}
