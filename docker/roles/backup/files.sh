# shellcheck shell=bash
# shellcheck disable=SC2154 # it is a part of backup.sh, and has its variables
# The shared files between this machine and who cannot reach it: `bootdev files push` and `pull` (src/site/between). PLACE is a folder of
# /srv/files: public, private, or one in public. What touches files runs as the site: paths come from elsewhere, and links are the site's.
#
#   backup.sh list-files ID PLACE     what is there
#   backup.sh pack-files SUM PLACE    files that somebody asks for, as a tar; those that are gone are not in it
#   backup.sh take-files SUM PLACE    a tar that somebody sends goes to receive-files; nothing is deleted
#
# In the bucket, for two days (10-bootstrap); this machine may neither list nor delete there:
#   files/lists/ID.gz   size, time and path of each file, which ends with a zero byte; beside it ID.json: bytes, sha256
#   files/asked/SUM     the same of those that are asked for; SUM is its sha256
#   files/packs/SUM.tar they, and SUM.json: bytes, sha256
#   files/parts/SUM     a part of a tar; SUM is its sha256
#   files/sent/SUM      the parts of a tar in their order, a line each; SUM is its sha256
#   files/taken/SUM.json what receive-files says of it

as_site() { "$files/usr/local/bin/site" "$@"; }
folder() { as_site mkdir -p -m 2775 "/srv/files/$1"; } # PLACE

list_shared() { as_site find "/srv/files/$1" -ignore_readdir_race -type f -printf '%s %T@ %P\0'; } # PLACE
list-files() { # ID PLACE
  folder "$2"
  store "files/lists/$1.gz" gzipped list_shared "$2"
  tell "files/lists/$1.json" "$(now)" "\"place\":\"$2\""
}

left_by_client() { # KEY SUM FILE
  bucket "$1" -m 900 "${unsigned[@]}" -o "$3" || fail 65 'what was to come is not in the bucket'
  [ "$(sha256 <"$3")" = "$2" ] || fail 65 'what came is not what was sent'
}

pack() { # PLACE. Code 1 of tar: something was written to, or went away, meanwhile
  as_site tar --create --format=gnu --owner=0 --group=0 --numeric-owner "--directory=/srv/files/$1" \
    --null --no-recursion --ignore-failed-read --files-from=- <"$work/paths" || [ $? -eq 1 ]
}
pack-files() { # SUM PLACE
  left_by_client "files/asked/$1" "$1" "$work/asked"
  sed -z -E 's|^([0-9]+ -?[0-9]+ )?|./|' "$work/asked" >"$work/paths"
  if grep -qzE '/\.\.(/|$)' "$work/paths"; then fail 65 'a path leads elsewhere'; fi
  store "files/packs/$1.tar" pack "$2"
  tell "files/packs/$1.json" "$(now)" "\"place\":\"$2\""
}

parts() {
  local part
  while read -r part; do
    [[ $part =~ ^[0-9a-f]{64}$ ]] || fail 65 'what came is not what was sent'
    left_by_client "files/parts/$part" "$part" "$work/piece"
    cat "$work/piece"
  done <"$work/sent"
}
take-files() { # SUM PLACE. What is whole before a part that is not stays: each file is an old or a new one
  left_by_client "files/sent/$1" "$1" "$work/sent"
  folder "$2"
  parts | as_site "$files/usr/local/bin/receive-files" "/srv/files/$2" >"$work/taken"
  put "$work/taken" "files/taken/$1.json"
}
