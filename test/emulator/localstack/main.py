"""LocalStack with what our templates need besides. Says "Ready." when it answers on GATEWAY_LISTEN."""

import os

os.environ.setdefault("GATEWAY_LISTEN", "127.0.0.1:4599")
for name, value in {
    "ACTIVATE_PRO": "0",
    "DISABLE_EVENTS": "1",  # no telemetry
    "DNS_ADDRESS": "0",
    "SKIP_SSL_CERT_DOWNLOAD": "1",
    "CFN_NO_WAIT_ITERATIONS": "20",  # first without a second's pause
}.items():
    os.environ.setdefault(name, value)

import corrections  # noqa: E402
import services  # noqa: E402
import types_of_stacks  # noqa: E402
from localstack.runtime import main  # noqa: E402

corrections.install()
types_of_stacks.install()
services.install()
main.main()
