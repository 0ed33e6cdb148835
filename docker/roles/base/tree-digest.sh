# shellcheck shell=bash
# The digest of a tree of files, for everything in shell that computes one: `machine` (it lies beside it in each bundle), the loader and
# the boot program of an instance. src/bundle/digest.ts is the same in TypeScript.

# DIR → a line "mode sha256 path" for each entry, sorted by the bytes of the path. A symlink has the mode 120000 and the sha256 of where
# it points. What is neither file, folder nor symlink has its letter (p: a pipe …) and no sha256: no tree that bootdev makes has such a
# line. Names go through as bytes, so sha256sum must not escape them (-z), nor take one for an option (./). A name with a line break could
# pass for two lines, and is refused.
tree_manifest() (
  export LC_ALL=C
  cd -- "$1" || exit
  broken=$(find . -name $'*\n*' -print -quit)
  [ -z "$broken" ] || { printf 'tree-digest: the name %q has a line break\n' "$broken" >&2; exit 1; }
  mapfile -d '' -t files < <(find . -type f -printf '0%m %P\0')
  {
    [ ${#files[@]} -eq 0 ] || paste -z -d ' ' \
      <(printf './%s\0' "${files[@]#* }" | xargs -0 sha256sum -z | cut -z -c 1-64) \
      <(printf '%s\0' "${files[@]}") \
      | sed -z -E 's/^(\S+) (\S+) /\2 \1 /'
    find . -type l -printf '%P\0%l\0' | while IFS= read -r -d '' path && IFS= read -r -d '' target; do
      printf '120000 %s %s\0' "$(printf %s "$target" | sha256sum | cut -c 1-64)" "$path"
    done
    find . ! -type f ! -type l ! -type d -printf '%y - %P\0'
  } | sort -z -t ' ' -k 3 | tr '\0' '\n'
)

# DIR → the sha256 of these lines: the tree's name.
tree_digest() (
  set -o pipefail
  tree_manifest "$1" | sha256sum | cut -c 1-64
)
