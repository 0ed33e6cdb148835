#!/bin/bash
# Whether what the director sends finds its way (run/real-server); with fullnat nothing is needed for that.
set -euo pipefail
[ ! -e /etc/bootdev/current/run/real-server ] || [ -e /run/real-server ]
