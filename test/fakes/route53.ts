/** Route 53 with a memory: zones, their records in order, pages of two. */
import { ApiError } from './api-error.ts';
import type { FakeResource } from './stack-types.ts';
import { type Tree, xml } from './xml.ts';

interface FakeRecord {
  name: string;
  type: string;
  values: string[];
  /** Of another service of AWS, instead of values. */
  alias?: string;
}

export interface FakeZone {
  /** With its final dot. */
  name: string;
  isPrivate: boolean;
  records: FakeRecord[];
}

interface PlanOptions {
  method: string;
  path: string;
  query: URLSearchParams;
  body: string;
}

const pageSize = 2;
const dotted = (name: string) => name.replace(/\.?$/, '.');

export class FakeRoute53 {
  readonly zones = new Map<string, FakeZone>([
    ['Z0123456789ABC', { name: 'example.org.', isPrivate: false, records: [] }],
  ]);

  /** A zone of the network stack, with the records that machines add when they boot. */
  makePrivate(id: string): void {
    const machines = ['gluster-1', 'gluster-2', 'gluster-3', 'solr'];
    const own = [{ name: 'shop.internal.', type: 'NS', values: ['ns-1.awsdns-1.com.'] }];
    const names = machines.map((each) => ({ name: `${each}.shop.internal.`, type: 'A', values: ['10.0.0.1'] }));
    this.zones.set(id, { name: 'shop.internal.', isPrivate: true, records: [...names, ...own] });
  }

  /** Why it cannot be deleted; undefined: it is deleted. */
  remove(id: string): string | undefined {
    if (this.zones.get(id)?.records.some(({ type }) => type !== 'NS'))
      return 'The specified hosted zone contains non-required resource record sets and so cannot be deleted.';
    this.zones.delete(id);
    return undefined;
  }

  /** Why CloudFormation cannot make a record; undefined: it can. */
  refuses({ properties: { HostedZoneId, Name, Type } }: FakeResource): string | undefined {
    const taken = this.zones
      .get(HostedZoneId)
      ?.records.some(({ name, type }) => name === dotted(Name) && type === Type);
    const words = `[Tried to create resource record set [name='${Name}.', type='${Type}'] but it already exists]`;
    return taken ? `${words} (Service: Route53, Status Code: 400)` : undefined;
  }

  add({ properties: { HostedZoneId, Name, Type, AliasTarget, ResourceRecords = [] } }: FakeResource): void {
    const alias = AliasTarget ? { alias: AliasTarget.DNSName } : {};
    this.zones.get(HostedZoneId)?.records.push({ name: dotted(Name), type: Type, values: ResourceRecords, ...alias });
  }

  drop({ properties: { HostedZoneId, Name, Type } }: FakeResource): void {
    const zone = this.zones.get(HostedZoneId);
    if (zone) zone.records = zone.records.filter(({ name, type }) => name !== dotted(Name) || type !== Type);
  }

  answer({ method, path, query, body }: PlanOptions): string {
    const [, id = '', rest = ''] = /\/hostedzone\/([^/]+)(\/rrset)?/.exec(path) ?? [];
    const zone = this.zones.get(id);
    if (!zone) throw new ApiError('NoSuchHostedZone', `No hosted zone found with ID: ${id}`, 404);
    if (method === 'POST') return this.change(zone, body);
    if (rest) return list(zone, query);
    const { name, isPrivate } = zone;
    return `<GetHostedZoneResponse>${xml({ HostedZone: { Id: `/hostedzone/${id}`, Name: name, CallerReference: 'x', Config: { PrivateZone: isPrivate } } })}</GetHostedZoneResponse>`;
  }

  private change(zone: FakeZone, body: string): string {
    for (const [, name, type] of body.matchAll(
      /<Action>DELETE<\/Action>.*?<Name>([^<]+)<\/Name>.*?<Type>(\w+)<\/Type>/gs,
    ))
      zone.records = zone.records.filter((record) => record.name !== name || record.type !== type);
    const info = xml({ ChangeInfo: { Id: '1', Status: 'PENDING', SubmittedAt: new Date() } });
    return `<ChangeResourceRecordSetsResponse>${info}</ChangeResourceRecordSetsResponse>`;
  }
}

/** In AWS's order of names (by their labels, the last one first), then of types. */
const order = ({ name, type }: Pick<FakeRecord, 'name' | 'type'>) => `${name.split('.').reverse().join('.')} ${type}`;

function list({ records }: FakeZone, query: URLSearchParams): string {
  const from = query.get('name');
  const start = from ? order({ name: from.replace(/\.?$/, '.'), type: query.get('type') ?? '' }) : '';
  const rest = [...records].sort((a, b) => (order(a) < order(b) ? -1 : 1)).filter((each) => order(each) >= start);
  const size = Math.min(Number(query.get('maxitems') ?? pageSize), pageSize);
  const next = rest[size];
  const sets = rest.slice(0, size).map(({ name, type, values, alias }) => {
    const lines = values.map((Value) => `<ResourceRecord>${xml({ Value })}</ResourceRecord>`).join('');
    const target = alias
      ? xml({ AliasTarget: { HostedZoneId: 'Z2FDTNDATAQYW2', DNSName: dotted(alias), EvaluateTargetHealth: false } })
      : `<TTL>60</TTL><ResourceRecords>${lines}</ResourceRecords>`;
    return `<ResourceRecordSet>${xml({ Name: name, Type: type })}${target}</ResourceRecordSet>`;
  });
  const after: Tree = next ? { NextRecordName: next.name, NextRecordType: next.type } : {};
  const page = xml({ IsTruncated: next !== undefined, MaxItems: size, ...after });
  return `<ListResourceRecordSetsResponse><ResourceRecordSets>${sets.join('')}</ResourceRecordSets>${page}</ListResourceRecordSetsResponse>`;
}
