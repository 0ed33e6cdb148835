# shellcheck shell=bash
# What Secrets Manager has for this machine, and the site's own keys for its bucket.

# Each name of a secret's JSON object becomes a file below /run/secrets/app, as docker/loader makes them: in memory, for root and the
# site's user. `username` and `password` are RDS's master account; SES's SMTP password is computed from `mail-secret-key`, an IAM user's
# key (https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html). Every machine that needs a secret has PHP.
# shellcheck disable=SC2016 # PHP's own $
store_secret='
  $answer = json_decode(stream_get_contents(STDIN), true, 8, JSON_THROW_ON_ERROR);
  $values = json_decode($answer["SecretString"], true, 8, JSON_THROW_ON_ERROR);
  [, $region, $folder, $master] = $argv;
  umask(0277);
  $store = function (string $path, string $text): void {
    file_put_contents("$path.new", $text) === strlen($text) || exit("$path cannot be written\n");
    rename("$path.new", $path);
  };
  if (isset($values["username"], $values["password"])) {
    $store($master, json_encode($values));
    unset($values["username"], $values["password"], $values["engine"], $values["host"], $values["port"], $values["dbname"]);
  }
  if (isset($values["mail-secret-key"])) {
    $key = "AWS4" . $values["mail-secret-key"];
    foreach (["11111111", $region, "ses", "aws4_request", "SendRawEmail"] as $part) $key = hash_hmac("sha256", $part, $key, true);
    $values["mail-password"] = base64_encode("\x04$key");
    unset($values["mail-secret-key"]);
  }
  foreach ($values as $name => $value) {
    preg_match("/^[a-z][a-z0-9-]*$/", $name) || exit("a secret has a name that is not valid as a file name: $name\n");
    $store("$folder/$name", (string) $value);
    chown("$folder/$name", 0) && chgrp("$folder/$name", 33) && chmod("$folder/$name", 0440);
  }'

# Of RDS's 120 authorities only those of this region: PHP reads the file at each connection.
# shellcheck disable=SC2016 # PHP's own $
regional='
  preg_match_all("/-----BEGIN.*?-----END CERTIFICATE-----\n?/s", file_get_contents($argv[1]), $all);
  $here = array_filter($all[0], fn ($pem) => str_contains(openssl_x509_parse($pem)["subject"]["CN"] ?? "", "Amazon RDS $argv[2] "));
  echo implode($here ?: $all[0]);'

json() { # SERVICE TARGET, then curl's options
  aws "$1" / -m 30 -H 'content-type: application/x-amz-json-1.1' -H "x-amz-target: $2" "${@:3}"
}
secretsmanager() { json secretsmanager "secretsmanager.$1" "${@:2}"; }

fetch_secrets() {
  [ -n "$BOOTDEV_SECRETS" ] || return 0
  local id said name
  mkdir -p $secrets
  [ ! -f /etc/bootdev/db-ca.pem ] || php -r "$regional" /etc/bootdev/db-ca.pem "$BOOTDEV_REGION" | install -m 0444 /dev/stdin $secrets/db-ca.pem
  for id in $BOOTDEV_SECRETS; do
    said=$(secretsmanager GetSecretValue --data "{\"SecretId\":\"$id\"}" | php -r "$store_secret" "$BOOTDEV_REGION" $secrets $master) || fail "the secret $id could not be fetched"
    [ -z "$said" ] || fail "the secret $id: $said"
  done
  [ -z "${BOOTDEV_JOB:-}" ] || return 0
  for name in db-password hash-salt purge-token; do [ -s "$secrets/$name" ] || fail "none of the secrets has $name"; done
}

# The site may use the bucket of media, and nothing else of this machine's role: it gets keys of another role, as the file that AWS's
# SDKs read (AWS_SHARED_CREDENTIALS_FILE). They end after an hour, so a copy that leaves the machine is soon worth nothing.
media_credentials() {
  [ -n "${BOOTDEV_MEDIA_ROLE:-}" ] || return 0
  local answer file=$secrets/aws-credentials
  answer=$(aws sts / -m 30 --data Action=AssumeRole --data Version=2011-06-15 --data DurationSeconds=3600 \
    --data-urlencode "RoleArn=$BOOTDEV_MEDIA_ROLE" --data "RoleSessionName=$instance") || fail "no credentials for media: $answer"
  given() { sed -n "s/.*<$1>\([^<]*\)<\/$1>.*/\1/p" <<<"$answer"; }
  mkdir -p $secrets
  (
    umask 077
    printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\naws_session_token = %s\n' \
      "$(given AccessKeyId)" "$(given SecretAccessKey)" "$(given SessionToken)" >$file.new
  )
  chown 0:33 $file.new
  chmod 0440 $file.new
  mv $file.new $file
}
