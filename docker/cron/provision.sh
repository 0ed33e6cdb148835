#!/bin/bash
# cron needs no package: see run/cron.
set -euo pipefail
