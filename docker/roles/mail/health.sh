#!/bin/bash
# Through the gate the UI answers and its database is open; SMTP greets as it does a sender.
set -euo pipefail

curl -fsS -m 1 -o /dev/null http://127.0.0.1:8025/readyz
exec 3<>/dev/tcp/127.0.0.1/1025
read -r -t 1 greeting <&3
printf 'QUIT\r\n' >&3
[[ $greeting == 220* ]]
