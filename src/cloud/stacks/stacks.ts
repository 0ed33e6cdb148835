import type { Settings } from '../../settings/schema.ts';

/** One CloudFormation stack of a site. */
export interface Stack {
  /** Last part of its name: shop-production-web. */
  part: string;
  /** As a person reads it: '60 web'. */
  title: string;
  /** File in cfn/. */
  file: string;
  /** The region it must be in; else the site's. */
  region?: 'us-east-1';
  /** Other names for its outputs, where another stack has outputs of the same names. */
  renames?: Readonly<Record<string, string>>;
  used: (settings: Settings) => boolean;
  /** Has data: protected against termination. */
  stateful?: true;
  /** Brings visitors: not before the machines answer. */
  afterHealth?: true;
  /** Parameters that keep the value the stack was created with, whatever is newer here: another one would replace what it stores, or upgrade it. */
  keeps?: readonly string[];
}

const always = () => true;
const hasDomain = (settings: Settings) => domainOf(settings) !== '';
const isInZone = (settings: Settings) => hasDomain(settings) && settings.aws.hostedZone !== '';

/** In the order of creation; outputs of earlier stacks are parameters of later ones. */
export const stacks: readonly Stack[] = [
  { part: 'bootstrap', title: '10 bootstrap', file: '10-bootstrap.yaml', used: always, stateful: true },
  { part: 'certificate', title: '15 certificate', file: '15-certificate.yaml', used: hasDomain },
  {
    part: 'edge-certificate',
    title: '15 edge certificate',
    file: '15-certificate.yaml',
    region: 'us-east-1',
    renames: { CertificateArn: 'EdgeCertificateArn' },
    used: hasDomain,
  },
  { part: 'network', title: '20 network', file: '20-network.yaml', used: always },
  {
    part: 'data',
    title: '30 data',
    file: '30-data.yaml',
    used: always,
    stateful: true,
    keeps: ['DatabaseEngineVersion'],
  },
  {
    part: 'search',
    title: '40 search',
    file: '40-search.yaml',
    used: (settings) => settings.search.engine === 'solr',
    ...{ stateful: true, keeps: ['ImageId'] },
  },
  {
    part: 'files',
    title: '50 files',
    file: '50-files.yaml',
    used: always, // every store needs the media bucket
    ...{ stateful: true, keeps: ['ImageId'] },
  },
  { part: 'mail', title: '55 mail', file: '55-mail.yaml', used: always },
  // Before web: without a domain, its machines get the site's name from CloudFront.
  { part: 'edge', title: '58 edge', file: '58-edge.yaml', used: always },
  { part: 'web', title: '60 web', file: '60-web.yaml', used: always },
  // CloudFormation makes a record only where there is none: preflight looks.
  { part: 'address', title: '70 address', file: '70-address.yaml', used: isInZone, afterHealth: true },
  { part: 'watch', title: '80 watch', file: '80-watch.yaml', used: always },
];

export const usedStacks = (settings: Settings) => stacks.filter((stack) => stack.used(settings));

/** Prefix of all stacks of a site in an environment. */
export const projectName = (settings: Settings, environment: string) => `${settings.site.name}-${environment}`;

/** The site's public host name on AWS; '' for one that exists only on this computer, such as site.localhost. */
export function domainOf({ site: { domain } }: Settings): string {
  return /\.|^$/.test(domain) && !/(?:^|\.)(?:localhost|local|test|internal|invalid|example)$/.test(domain)
    ? domain
    : '';
}
