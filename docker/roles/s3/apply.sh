#!/bin/bash
# check ROOT: are the buckets valid JSON, and the programs valid Python? reload: LocalStack reads both only at its start, during which its
# port is closed for some seconds: only if they changed.
set -euo pipefail
python=/opt/localstack/bin/python

case $1 in
  check)
    $python -m json.tool "$2/etc/s3/buckets.json" /dev/null
    $python -c 'import ast, sys; [ast.parse(open(path).read(), path) for path in sys.argv[1:]]' "$2"/lib/s3/*.py
    ;;
  reload) (cd "$2" && sha256sum --status -c /run/s3.active) || "$2/bin/machine" restart localstack ;;
esac
