# shellcheck shell=bash
# The archive of a tree below /opt, the same wherever it was made. Without Solr's class archive: no two trainings write the same one, and
# Java starts without it too.
pack() { tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --exclude=opt/solr/solr.jsa -C / -c "$@"; }
