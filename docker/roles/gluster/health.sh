#!/bin/bash
# The volume is started, the brick answers, and so does glusterd, which tells clients where the bricks are.
# shellcheck disable=SC1091,SC2086,SC2154 # names from lib/gluster/node
set -euo pipefail
. /etc/bootdev/current/lib/gluster/node

started && brick_answers && answers 24007
