#!/bin/bash
# LocalStack's S3: Python, its user and the folder of its objects. /opt/localstack comes with the image; on AWS this is S3.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

apt-get install -y -qq --no-install-recommends python3 curl >/dev/null
useradd --system --user-group --home-dir /var/lib/s3 --shell /usr/sbin/nologin localstack
install -d -o localstack -g localstack -m 0750 /var/lib/s3
