#!/bin/bash
# What a release is made with: git, Composer, npm. None of it is on a machine that serves.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get install -y -qq --no-install-recommends git git-lfs openssh-client composer unzip patch nodejs npm >/dev/null
