#!/bin/bash
# msmtp delivers a mail to the mail server at once: there is no queue that could be lost with a machine.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

apt-get install -y -qq --no-install-recommends msmtp >/dev/null
