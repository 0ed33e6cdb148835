/** One HTTP server that speaks as AWS does to the SDK: CloudFormation with a memory, and the few calls around it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError, FakeCloudformation } from './cloudformation.ts';
import { FakeRoute53 } from './route53.ts';
import { FakeS3 } from './s3.ts';
import type { FakeStack, Script } from './stack.ts';
import { type Tree, xml } from './xml.ts';

/** What the account has, and what it refuses. */
export interface FakeAccount {
  id: string;
  arn: string;
  zones: number;
  quotas: Record<string, number>;
  addresses: number;
  vpcs: number;
  runningCpus: number;
  /** IAM actions that the simulation denies. */
  denied: string[];
  /** May not even ask IAM. */
  noSimulation: boolean;
  mailIsOpen: boolean;
  image: string;
  /** Instance types that the region lacks. */
  lacks: string[];
  /** What ACM says of a certificate, by region: DescribeCertificate's `Certificate`; null: there is none. */
  certificates: Record<string, object | null>;
}

export class FakeAws {
  url = '';
  readonly script: Script;
  readonly cloudformation: FakeCloudformation;
  readonly s3 = new FakeS3();
  readonly route53 = new FakeRoute53();
  /** service:Action of every call, in order. */
  readonly calls: string[] = [];
  readonly account: FakeAccount = {
    id: '123456789012',
    arn: 'arn:aws:iam::123456789012:user/deploy',
    zones: 3,
    quotas: { 'L-1216C47A': 64, 'L-0263D0A3': 5, 'L-F678F1CE': 5 },
    ...{ addresses: 0, vpcs: 1, runningCpus: 0, denied: [], noSimulation: false, mailIsOpen: true },
    ...{ image: 'ami-0debian13', lacks: [], certificates: {} },
  };
  /** The next so many calls are answered with Throttling. */
  throttled = 0;
  /** The next so many connections are cut. */
  dropped = 0;
  expired = false;
  /** Services whose calls are answered with AccessDenied. */
  readonly refused = new Set<string>();
  /** How often a distribution was told to forget all. */
  forgotten = 0;
  /** Status of the site's own address. */
  site = 200;
  private readonly server = createServer((request, response) => void this.handle(request, response));

  constructor() {
    this.script = {
      ...{ fail: new Map(), failRollback: new Set(), hold: new Set(), reasons: new Map(), outputs: new Map() },
      onCreate: ({ type, physical }) => {
        if (type === 'AWS::S3::Bucket') this.s3.buckets.set(physical, new Map());
        if (type === 'AWS::Route53::HostedZone') this.route53.makePrivate(physical);
      },
      onDelete: ({ type, physical }) => {
        if (type === 'AWS::Route53::HostedZone') return this.route53.remove(physical);
        if (type !== 'AWS::S3::Bucket') return undefined;
        if ((this.s3.buckets.get(physical)?.size ?? 0) > 0)
          return `The bucket you tried to delete is not empty (Service: S3)`;
        this.s3.buckets.delete(physical);
        return undefined;
      },
    };
    this.cloudformation = new FakeCloudformation(this.account.id, this.script);
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** For a program that shall meet this and nothing else. */
  get env(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.url,
      ...{ AWS_ACCESS_KEY_ID: 'AKIAFAKE', AWS_SECRET_ACCESS_KEY: 'secret', AWS_EC2_METADATA_DISABLED: 'true' },
      ...{ AWS_CONFIG_FILE: '/nonexistent', AWS_SHARED_CREDENTIALS_FILE: '/nonexistent' },
    };
  }

  stack(name: string): FakeStack {
    const found = this.cloudformation.find(name);
    if (!found) throw new Error(`no stack ${name}`);
    return found;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://x');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (!request.headers.authorization) {
      response.writeHead(this.site).end('a visitor');
      return;
    }
    if (this.dropped > 0) {
      this.dropped -= 1;
      request.socket.destroy();
      return;
    }
    const [, region = '', service = ''] =
      /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(request.headers.authorization) ?? [];
    const target =
      String(request.headers['x-amz-target'] ?? '')
        .split('.')
        .at(-1) ?? '';
    const action = /^POST$/.test(request.method ?? '')
      ? (new URLSearchParams(body.toString()).get('Action') ?? target)
      : '';
    this.calls.push(`${service}:${action || `${request.method} ${url.pathname}`}`);
    const form = new URLSearchParams(body.toString());
    try {
      if (this.expired)
        throw new ApiError('ExpiredToken', 'The security token included in the request is expired', 403);
      if (this.refused.has(service)) throw new ApiError('AccessDeniedException', `not authorized for ${service}`, 403);
      if (this.throttled > 0) {
        this.throttled -= 1;
        throw new ApiError('Throttling', 'Rate exceeded');
      }
      if (service === 's3') {
        const answer = this.s3.answer({
          ...{
            method: request.method ?? '',
            path: url.pathname,
            query: url.searchParams,
            headers: request.headers,
            body,
          },
        });
        response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
      } else if (service === 'ec2') {
        send(
          response,
          `<${action}Response><requestId>1</requestId>${xml(this.ec2(action, form), 'item')}</${action}Response>`,
        );
      } else if (['cloudformation', 'sts', 'iam', 'rds', 'elasticache'].includes(service)) {
        const result =
          service === 'cloudformation' ? this.cloudformation.call(action, form, region) : this.query(action, form);
        send(response, `<${action}Response><${action}Result>${xml(result)}</${action}Result></${action}Response>`);
      } else if (service === 'cloudfront') {
        this.forgotten += 1;
        response.statusCode = 201;
        send(
          response,
          `<Invalidation>${xml({ Id: 'I1', Status: 'InProgress', CreateTime: new Date() })}</Invalidation>`,
        );
      } else if (service === 'route53') {
        const asked = {
          method: request.method ?? '',
          path: url.pathname,
          query: url.searchParams,
          body: body.toString(),
        };
        send(response, this.route53.answer(asked));
      } else {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(this.json(service, region, body.toString())));
      }
    } catch (error) {
      refuse(response, service, error as ApiError);
    }
  }

  private query(action: string, form: URLSearchParams): Tree {
    if (/^Describe(?:DB|Cache)/.test(action)) return {}; // parity's questions: nothing is set
    if (action === 'ModifyDBInstance')
      return { DBInstance: { DBInstanceIdentifier: form.get('DBInstanceIdentifier') ?? '' } };
    if (action === 'GetCallerIdentity') return { Account: this.account.id, Arn: this.account.arn, UserId: 'AIDA' };
    if (this.account.noSimulation) throw new ApiError('AccessDenied', 'User is not authorized', 403);
    const names = [...form].filter(([key]) => key.startsWith('ActionNames.member.')).map(([, name]) => name);
    return {
      EvaluationResults: names.map((EvalActionName) => ({
        EvalActionName,
        EvalDecision: this.account.denied.includes(EvalActionName) ? 'implicitDeny' : 'allowed',
      })),
      IsTruncated: false,
    };
  }

  private ec2(action: string, form: URLSearchParams): Tree {
    const { zones, addresses, vpcs, runningCpus, lacks } = this.account;
    const some = (count: number, make: (index: number) => Tree) =>
      Array.from({ length: count }, (_, index) => make(index));
    switch (action) {
      case 'DescribeAvailabilityZones':
        return {
          availabilityZoneInfo: some(zones, (index) => ({ zoneName: `zone-${'abc'[index]}`, zoneState: 'available' })),
        };
      case 'DescribeAddresses':
        return { addressesSet: some(addresses, () => ({ publicIp: '203.0.113.1' })) };
      case 'DescribeVpcs':
        return { vpcSet: some(vpcs, () => ({ vpcId: 'vpc-1' })) };
      case 'DescribeManagedPrefixLists':
        return { prefixListSet: [{ prefixListId: 'pl-3b927c52' }] };
      case 'DescribeInstances':
        return {
          reservationSet: runningCpus
            ? [{ instancesSet: [{ cpuOptions: { coreCount: runningCpus, threadsPerCore: 1 }, tagSet: [] }] }]
            : [],
        };
      case 'DescribeInstanceTypes': {
        const desired = [...form].filter(([key]) => /^Filter\.1\.Value\./.test(key)).map(([, value]) => value);
        return { instanceTypeSet: desired.filter((type) => !lacks.includes(type)).map(instanceType) };
      }
      default:
        throw new ApiError('InvalidAction', `the fake has no ${action}`);
    }
  }

  private json(service: string, region: string, body: string): unknown {
    const input = body ? (JSON.parse(body) as Record<string, string>) : {};
    if (service === 'servicequotas')
      return { Quota: { QuotaCode: input.QuotaCode, Value: this.account.quotas[input.QuotaCode ?? ''] } };
    if (service === 'ssm') return { Parameter: { Name: input.Name, Value: this.account.image } };
    if (service === 'acm') return this.certificate(region);
    if (service === 'ses') return { ProductionAccessEnabled: this.account.mailIsOpen };
    throw new ApiError('InvalidAction', `the fake has no ${service}`);
  }

  private certificate(region: string): unknown {
    const { [region]: set = {} } = this.account.certificates;
    if (!set) throw new ApiError('ResourceNotFoundException', 'Could not find certificate.');
    return { Certificate: { Status: 'ISSUED', NotAfter: Date.UTC(2030, 0, 1) / 1000, ...set } };
  }
}

const memory: Record<string, number> = { micro: 1024, small: 2048, medium: 4096, large: 8192, xlarge: 16_384 };

function instanceType(type: string): Tree {
  const size = memory[type.split('.')[1] ?? ''] ?? 8192;
  const arm = /^[a-z]+\d+g/.test(type);
  return {
    instanceType: type,
    memoryInfo: { sizeInMiB: size },
    vCpuInfo: { defaultVCpus: size > 8192 ? 4 : 2 },
    processorInfo: { supportedArchitectures: [arm ? 'arm64' : 'x86_64'] },
  };
}

function send(response: ServerResponse, body: string): void {
  response.setHeader('content-type', 'text/xml');
  response.end(body);
}

function refuse(response: ServerResponse, service: string, error: ApiError): void {
  if (!(error instanceof ApiError)) {
    console.error(error);
    response.writeHead(599).end();
    return;
  }
  const { code, message, status } = error;
  response.statusCode = status;
  if (service === 'ec2')
    send(response, `<Response><Errors><Error>${xml({ Code: code, Message: message })}</Error></Errors></Response>`);
  else if (service === 's3') send(response, `<Error>${xml({ Code: code, Message: message })}</Error>`);
  else if (['cloudformation', 'sts', 'iam', 'route53', 'cloudfront'].includes(service))
    send(
      response,
      `<ErrorResponse><Error>${xml({ Type: 'Sender', Code: code, Message: message })}</Error></ErrorResponse>`,
    );
  else {
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ __type: code === 'ExpiredToken' ? 'ExpiredTokenException' : code, message }));
  }
}
