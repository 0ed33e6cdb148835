# shellcheck shell=bash
# The key to the shared files: nodes and clients of them have one each, of one CA (docker/roles/gluster/root/lib/gluster/certificates).
# A secret holds key, certificate and CA as one line of base64.

# ID → PEM; 44: the secret has no value yet, which is not the same as one that could not be fetched.
files_secret() {
  local answer
  if answer=$(secretsmanager GetSecretValue --retry 1 --data "{\"SecretId\":\"$1\"}" 2>&1); then
    sed -n 's/.*"SecretString" *: *"\([A-Za-z0-9+\/=]*\)".*/\1/p' <<<"$answer" | base64 -d
  elif [[ $answer == *ResourceNotFoundException* ]]; then
    return 44
  else
    say "the secret $1: ${answer:0:300}"
    return 1
  fi
}
put_files_secret() { # ID FOLDER. The value goes through a pipe: everybody sees arguments.
  local said
  said=$(printf '{"SecretId":"%s","ClientRequestToken":"%s","SecretString":"%s"}' "$1" "$(cat /proc/sys/kernel/random/uuid)" \
    "$(cat "$2/key.pem" "$2/cert.pem" "$2/ca.pem" | base64 -w 0)" | secretsmanager PutSecretValue --data @-) \
    || fail "the secret $1 could not be written: ${said:0:300}"
}
# The first node makes both, once: CloudFormation starts it before all others, and can make no certificate itself. The clients' first,
# so that a value of the nodes' says that both are there. The CA's own key never leaves this function.
make_files_keys() {
  local clients=$files_key-client
  say 'no key to the shared files yet: creating it'
  install -d -m 0700 "$clients"
  "/bundle/$BOOTDEV_DIGEST/lib/gluster/certificates" $files_key "$clients"
  put_files_secret "$BOOTDEV_FILES_CLIENT_KEY" "$clients"
  put_files_secret "$BOOTDEV_FILES_KEY" $files_key
  rm -rf "$clients"
}
fetch_files_key() {
  [ -n "${BOOTDEV_FILES_KEY:-}" ] || return 0
  local pem code=0
  mkdir -p $files_key
  pem=$(files_secret "$BOOTDEV_FILES_KEY") || code=$?
  if [ $code -eq 0 ]; then
    # The first block is the key, the second the certificate, the third the CA.
    awk -v folder=$files_key 'BEGIN { split("key cert ca", names) }
      /^-----BEGIN/ { file = folder "/" names[++n] ".pem"; system("umask 077; : >" file) }
      { print >file }' <<<"$pem"
    chmod 0400 $files_key/key.pem
    chmod 0444 $files_key/cert.pem $files_key/ca.pem
  elif [ $code -eq 44 ] && [ -n "${BOOTDEV_FILES_CLIENT_KEY:-}" ]; then
    make_files_keys
  elif [ $code -eq 44 ]; then
    fail 'there is no key to the shared files yet: gluster-1 makes it at its first boot'
  else
    fail 'the key to the shared files could not be fetched'
  fi
}
