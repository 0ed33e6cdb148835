#!/bin/bash
# Solr's user and the folder of its index. /opt/solr (with Java) comes with the image, and on AWS as an artifact from the same image.
set -euo pipefail

useradd --system --user-group --home-dir /var/solr --shell /usr/sbin/nologin solr
install -d -o solr -g solr -m 0750 /var/solr
