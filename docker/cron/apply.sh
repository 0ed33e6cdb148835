#!/bin/bash
# check ROOT: is its cron a program? Nothing to reload: the next run takes what is in force.
set -euo pipefail

if [ "$1" = check ] && [ -e "$2/run/cron" ]; then
  bash -n "$2/run/cron"
  [ -x "$2/app/cron" ]
fi
