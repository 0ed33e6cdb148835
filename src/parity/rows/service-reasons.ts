/** Which keys of a service on AWS may be other than the machine's, and how: each with its value and its reason. */
import type { Settings } from '../../settings/schema.ts';
import type { Parameters } from '../sides/files.ts';
import {
  type Expected,
  fileOnly,
  groupOnly,
  type OtherValue,
  otherValue,
  type Service,
} from './accepted-differences.ts';

interface Reasons {
  fileOnly: Readonly<Record<string, string>>;
  groupOnly: Readonly<Record<string, Expected>>;
  otherValue: Readonly<Record<string, OtherValue>>;
}

/** `file`: the machine's parameters that the settings ask for. */
export function reasonsOf(service: Service, file: Parameters, settings: Settings): Reasons {
  if (service === 'cdn') return ofCdn(file.get('patterns')?.split(' ') ?? [], settings);
  if (service === 's3') return { fileOnly: {}, groupOnly: bucketOnly, otherValue: {} };
  return { fileOnly: fileOnly[service], groupOnly: groupOnly[service], otherValue: otherValue[service] };
}

const compress =
  'CloudFront compresses what comes uncompressed; here nginx on the web machines does, and media stay as they are';
const functions =
  'what visitors claim about themselves goes at CloudFront by a function (58-edge), here in haproxy; /-/media/x is media/x';
const hsts =
  "cdn.hsts: a browser would apply it to every port of the host's name, and lock developers out of http here";
const https = 'balancer.https is both: http for quick tests on a computer, never in production';

function ofCdn(patterns: readonly string[], { balancer, cdn }: Settings): Reasons {
  const each = <T>(what: string, value: (pattern: string) => T) =>
    patterns.map((pattern): [string, T] => [`${pattern} ${what}`, value(pattern)]);
  const door = (pattern: string) => (pattern.startsWith('/-/media/') ? 'media' : 'door');
  return {
    fileOnly: {},
    groupOnly: Object.fromEntries([
      ...each('compress', () => ({ value: 'on', reason: compress })),
      ...each('functions', (pattern) => ({ value: `viewer-request ${door(pattern)}`, reason: functions })),
      ...(cdn.hsts ? each('strict-transport-security', () => ({ value: 'max-age=31536000', reason: hsts })) : []),
    ]),
    otherValue: Object.fromEntries(
      balancer.https === 'both'
        ? each('visitors by', () => ({ replica: 'allow-all', aws: 'redirect-to-https', reason: https }))
        : [],
    ),
  };
}

const policy =
  'the replica has no policies: a request without a signature may read an object there, and nothing else (docker/roles/s3)';
const closed = 'no bucket of the replica can be public: only this computer reaches it';

/** 50-files and 58-edge. */
const bucketOnly: Reasons['groupOnly'] = {
  'policy ThisDistribution': {
    value:
      'Allow, Service cloudfront.amazonaws.com, s3:GetObject, bucket/media/*, StringEquals aws:SourceArn distribution',
    reason: policy,
  },
  'policy TlsOnly': { value: 'Deny, *, s3:*, bucket bucket/*, Bool aws:SecureTransport false', reason: policy },
  ...Object.fromEntries(
    ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'].map((name) => [
      name,
      { value: 'true', reason: closed },
    ]),
  ),
};
