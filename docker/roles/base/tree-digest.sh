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
  mapfile -d '' -t others < <(find . -name $'*\n*' -printf '\n\0%P\0\0' -quit -o ! -type f ! -type d -printf '%y\0%P\0%l\0')
  lines=()
  for ((n = 0; n < ${#others[@]}; n += 3)); do
    type=${others[n]} path=${others[n + 1]} target=${others[n + 2]}
    case $type in
      $'\n') printf 'tree-digest: the name %q has a line break\n' "$path" >&2; exit 1 ;;
      l) lines+=("120000 $(printf %s "$target" | sha256sum | cut -c 1-64) $path") ;;
      *) lines+=("$type - $path") ;;
    esac
  done
  mapfile -d '' -t files < <(find . -type f -printf '0%m %P\0')
  {
    [ ${#files[@]} -eq 0 ] || paste -z -d ' ' \
      <(printf '%s\0' "${files[@]%% *}") \
      <(printf './%s\0' "${files[@]#* }" | xargs -0 sha256sum -z) \
      | sed -z 's,  \./, ,'
    [ ${#lines[@]} -eq 0 ] || printf '%s\0' "${lines[@]}"
  } | sort -z -t ' ' -k 3 | tr '\0' '\n'
)

# DIR → the sha256 of these lines: the tree's name.
tree_digest() (
  set -o pipefail
  tree_manifest "$1" | sha256sum | cut -c 1-64
)
