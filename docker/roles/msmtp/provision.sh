#!/bin/bash
# msmtp: hands a mail to the mail server at once; no queue to lose on a machine that may be replaced.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

apt-get install -y -qq --no-install-recommends msmtp >/dev/null
