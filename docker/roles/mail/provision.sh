#!/bin/bash
# Mailpit's user and the folder of its messages. The program itself comes with the image: there is no package, and on AWS this is SES.
set -euo pipefail

useradd --system --user-group --home-dir /var/lib/mailpit --shell /usr/sbin/nologin mailpit
install -d -o mailpit -g mailpit -m 0750 /var/lib/mailpit
