#!/bin/bash
# Only for the build: starts, queries and stops Solr once, so that Java writes an archive of the classes that a start and first queries load.
set -euo pipefail
home=$(mktemp -d)
mkdir "$home/site"
cp etc/solr.xml "$home"
printf 'name=site\nconfigSet=site\n' >"$home/site/core.properties"

/opt/solr/java/bin/java -XX:ArchiveClassesAtExit=/opt/solr/solr.jsa -Xlog:disable -Xmx256m --enable-native-access=ALL-UNNAMED \
  -Dsolr.solr.home="$home" -Dsolr.configs="$PWD/etc" -Dsolr.log.dir="$home" -Dlog4j2.configurationFile="$PWD/etc/log4j2.xml" \
  -jar /opt/solr/solr.jar etc/allowlist.txt &
solr=http://127.0.0.1:8983/solr/site
ask() { curl -fs -o /dev/null "$@"; }
ask --retry 120 --retry-delay 1 --retry-all-errors "$solr/select?q=*:*"
ask "$solr/update/json/docs?commit=true" -H 'Content-Type: application/json' \
  -d '[{"id":"1","tm_X3b_en_title":["A house"],"tm_X3b_de_title":["Ein Haus"],"twm_suggest":["house"],"ss_type":"page","ds_changed":"2026-01-01T00:00:00Z"}]'
ask "$solr/select?q=houses&defType=edismax&qf=tm_X3b_en_title+tm_X3b_de_title&hl=true&hl.fl=*&facet=true&facet.field=ss_type&sort=ds_changed+desc&spellcheck=true"
ask "$solr/suggest?suggest.q=hou"
ask "$solr/update?commit=true" -H 'Content-Type: text/xml' -d '<delete><id>1</id></delete>'
kill %1
wait %1 || [ $? -eq 143 ]
[ -s /opt/solr/solr.jsa ]
