#!/bin/bash
# Stores and reads an item, as a site does.
set -euo pipefail

exec 3<>/dev/tcp/127.0.0.1/11211
printf 'set bootdev-health 0 10 2\r\nok\r\nget bootdev-health\r\nquit\r\n' >&3
answer=$(timeout 1 cat <&3)
[[ $answer == STORED*VALUE*ok*END* ]]
