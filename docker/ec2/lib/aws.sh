# shellcheck shell=bash
# AWS without its command line, which Debian's image may not have: curl signs requests.

metadata() { # PATH below latest/, by IMDSv2
  local imds token
  imds=$(printenv AWS_EC2_METADATA_SERVICE_ENDPOINT || echo http://169.254.169.254)
  token=$(curl -sSf -m 5 --retry 3 --retry-all-errors -X PUT -H 'x-aws-ec2-metadata-token-ttl-seconds: 300' "$imds/latest/api/token")
  curl -sSf -m 5 --retry 3 --retry-all-errors -H "x-aws-ec2-metadata-token: $token" "$imds/latest/$1"
}

# The role's credentials as lines of a curl configuration: they reach curl through a pipe, since every process can see arguments.
credentials() {
  local role answer
  role=$(metadata meta-data/iam/security-credentials/)
  answer=$(metadata "meta-data/iam/security-credentials/$role")
  field() { sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" <<<"$answer"; }
  printf 'user = "%s:%s"\n' "$(field AccessKeyId)" "$(field SecretAccessKey)"
  printf 'header = "x-amz-security-token: %s"\n' "$(field Token)"
}

endpoint() { # SERVICE
  printenv AWS_ENDPOINT_URL && return
  if [ "$1" = route53 ]; then echo https://route53.amazonaws.com; else echo "https://$1.$BOOTDEV_REGION.amazonaws.com"; fi
}

# SERVICE PATH CURL-OPTION…: one signed request, retried, since it may take seconds until a new instance's role works everywhere.
aws() {
  local service=$1 region=$BOOTDEV_REGION url
  url=$(endpoint "$service")$2
  shift 2
  [ "$service" != route53 ] || region=us-east-1
  curl -sS --fail-with-body --connect-timeout 10 --retry 4 --retry-delay 2 --retry-all-errors \
    --aws-sigv4 "aws:amz:$region:$service" -K <(credentials) "$@" "$url"
}

fetch() { # KEY FILE
  aws s3 "/$BOOTDEV_BUCKET/$1" -m 900 -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' -o "$2" && return
  fail "$1 could not be fetched from $BOOTDEV_BUCKET: $(head -c 300 "$2" 2>/dev/null || true)"
}
put() { # FILE KEY
  aws s3 "/$BOOTDEV_BUCKET/$2" -m 60 -H "x-amz-content-sha256: $(sha256 <"$1")" -H 'content-type: text/plain; charset=utf-8' -T "$1" -o /dev/null
}
