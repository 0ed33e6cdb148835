/** Variables that replace the whole set of authorities, and the one that adds to it. */
export const caVariables = ['SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'] as const;

const systemFiles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

type Read = (path: string) => Promise<string | undefined>;

/**
 * The host's file of certificate authorities (PEM): image builds need it as a secret where a proxy re-signs TLS.
 * NODE_EXTRA_CA_CERTS only adds to a set, but where the set lacks it, it is the proxy's: then nothing else matters.
 */
export async function caBundle(env: NodeJS.ProcessEnv, readText: Read): Promise<string | undefined> {
  const { NODE_EXTRA_CA_CERTS: extra, ...rest } = env;
  const paths = [...caVariables.flatMap((name) => rest[name] ?? []), ...systemFiles];
  const whole = await firstBundle(paths, readText);
  const added = extra ? await firstBundle([extra], readText) : undefined;
  if (added && !(whole && contains(whole.text, added.text))) return added.path;
  return whole?.path;
}

async function firstBundle(paths: string[], readText: Read) {
  for (const path of paths) {
    const text = await readText(path);
    if (text?.includes('-----BEGIN CERTIFICATE-----')) return { path, text };
  }
  return undefined;
}

function contains(whole: string, part: string): boolean {
  const bodies = (text: string) =>
    [...text.matchAll(/-----BEGIN CERTIFICATE-----([\s\S]*?)-----END/g)].map(([, body = '']) =>
      body.replace(/\s/g, ''),
    );
  const known = new Set(bodies(whole));
  return bodies(part).every((body) => known.has(body));
}
