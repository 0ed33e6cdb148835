"""By which names this machine is asked, and from which pages. Its port is published on the computer's loopback: a page of somebody else may
have a name that leads there (DNS rebinding), and may send forms to it."""

import re

HOSTS = re.compile(r"(?:127\.0\.0\.1|localhost|s3)(?::\d+)?", re.IGNORECASE)


class Names:
    """Pages may be this machine's own, and those that the buckets' CORS rules name."""

    def __init__(self, buckets: list[dict]):
        origins = {
            origin for bucket in buckets for rule in bucket["CORSConfiguration"]["CORSRules"] for origin in rule["AllowedOrigins"]
        }
        self.origins = [re.compile(re.escape(origin).replace(r"\*", "[^/]*")) for origin in origins]

    def check(self, chain, context, response):
        """A handler of the request chain, the first."""
        host, origin = (context.request.headers.get(name, "") for name in ("Host", "Origin"))
        if not HOSTS.fullmatch(host):
            self.refuse(chain, response, 421, "Not a name of this machine.")
        elif origin and origin != f"http://{host}" and not any(known.fullmatch(origin) for known in self.origins):
            self.refuse(chain, response, 403, "Not from this page.")

    def refuse(self, chain, response, status: int, words: str):
        response.status_code = status
        response.headers["Content-Type"] = "text/plain"
        response.set_response(f"{words}\n")
        chain.stop()
