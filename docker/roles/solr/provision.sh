#!/bin/bash
# Solr's user and the folder of its index. /opt/solr (Java included) comes with the image, and on AWS from the same image as an artifact.
set -euo pipefail

useradd --system --user-group --home-dir /var/solr --shell /usr/sbin/nologin solr
install -d -o solr -g solr -m 0750 /var/solr
