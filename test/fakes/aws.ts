/** One HTTP server that answers the SDK like AWS: CloudFormation with a memory, and the few other calls. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerEc2, answerJson, answerQuery, newAccount } from './account.ts';
import { refuse, send } from './answers.ts';
import { ApiError } from './api-error.ts';
import { FakeCloudformation } from './cloudformation.ts';
import { answerCloudFront } from './cloudfront.ts';
import { throughDoor } from './door.ts';
import { FakeGate } from './gate.ts';
import { FakeLogs } from './logs.ts';
import { FakeRds } from './rds.ts';
import { FakeRoute53 } from './route53.ts';
import { FakeS3 } from './s3.ts';
import type { FakeStack } from './stack.ts';
import type { FakeResource, Script } from './stack-types.ts';
import { xml } from './xml.ts';

export class FakeAws {
  url = '';
  readonly script: Script;
  readonly cloudformation: FakeCloudformation;
  readonly s3 = new FakeS3(() => this.cloudformation.resources());
  readonly rds = new FakeRds();
  readonly logs = new FakeLogs();
  readonly route53 = new FakeRoute53();
  /** service:Action of every call, in order. */
  readonly calls: string[] = [];
  readonly account = newAccount();
  readonly gate = new FakeGate();
  /** How many of the next calls are answered with Throttling. */
  throttled = 0;
  /** How many of the next connections are cut. */
  dropped = 0;
  expired = false;
  /** Services whose calls are answered with AccessDenied. */
  readonly refused = new Set<string>();
  /** How often something of a distribution was invalidated. */
  invalidations = 0;
  /** The paths of the last time. */
  invalidated: string[] = [];
  /** Status of the site's own address. */
  site = 200;
  /** Where its front page redirects to. */
  siteLeadsTo = '';
  /** Cookies that came past the door. */
  readonly siteCookies: string[] = [];
  private readonly server = createServer((request, response) => void this.handle(request, response));

  constructor() {
    this.script = {
      ...{ fail: new Map(), failRollback: new Set(), hold: new Set(), reasons: new Map(), outputs: new Map() },
      validations: new Map(),
      refuses: (resource) => this.refuses(resource),
      onCreate: (resource) => {
        const { type, physical, properties } = resource;
        if (type === 'AWS::Route53::RecordSet') this.route53.add(resource);
        if (type === 'AWS::SES::EmailIdentity') this.account.identities.add(properties.EmailIdentity);
        if (type === 'AWS::S3::Bucket') this.s3.buckets.set(physical, new Map());
        if (type === 'AWS::Logs::LogGroup') this.logs.groups.set(physical, new Set());
        if (type === 'AWS::Route53::HostedZone') this.route53.makePrivate(physical);
      },
      onDelete: (resource) => {
        const { type, physical, properties } = resource;
        if (type === 'AWS::Route53::RecordSet') this.route53.drop(resource);
        if (type === 'AWS::SES::EmailIdentity') this.account.identities.delete(properties.EmailIdentity);
        if (type === 'AWS::RDS::DBInstance') return this.rds.remove(resource);
        if (type === 'AWS::Route53::HostedZone') return this.route53.remove(physical);
        if (type === 'AWS::Logs::LogGroup') this.logs.groups.delete(physical);
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

  /** For a program that must talk to this server and nothing else. */
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

  /** What there is only one of: CloudFormation makes none where there is one. */
  private refuses(resource: FakeResource): string | undefined {
    const { type, properties } = resource;
    if (type === 'AWS::Route53::RecordSet') return this.route53.refuses(resource);
    if (type === 'AWS::SES::EmailIdentity' && this.account.identities.has(properties.EmailIdentity))
      return `${properties.EmailIdentity} already exists (HandlerErrorCode: AlreadyExists)`;
    const [alias] = properties.DistributionConfig?.Aliases ?? [];
    return [...this.account.distributions.values()].includes(alias)
      ? 'One or more of the CNAMEs you provided are already associated with a different resource. (Service: CloudFront)'
      : undefined;
  }

  /** A CI's job: its token, of the provider that the account trusts, for a session of the role. */
  private logIn(form: URLSearchParams, response: ServerResponse): void {
    this.calls.push('sts:AssumeRoleWithWebIdentity');
    const { webIdentity } = this.account;
    if (form.get('WebIdentityToken') !== webIdentity) {
      const error = webIdentity
        ? new ApiError('AccessDenied', 'Not authorized to perform sts:AssumeRoleWithWebIdentity', 403)
        : new ApiError('InvalidIdentityToken', 'No OpenIDConnect provider found in your account', 400);
      refuse(response, 'sts', error);
      return;
    }
    const [, role = ''] = /role\/(.*)$/.exec(form.get('RoleArn') ?? '') ?? [];
    this.account.arn = `arn:aws:sts::${this.account.id}:assumed-role/${role}/${form.get('RoleSessionName')}`;
    const Credentials = {
      ...{ AccessKeyId: 'ASIAFAKE', SecretAccessKey: 'secret', SessionToken: 'session' },
      Expiration: new Date(Date.now() + 3_600_000).toISOString(),
    };
    const result = xml({ Credentials, AssumedRoleUser: { Arn: this.account.arn, AssumedRoleId: 'AROA:job' } });
    send(
      response,
      `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult>${result}</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
    );
  }

  /** A visitor of the site: passes the deployed function, as at CloudFront, or gets its answer. */
  private visit(request: IncomingMessage, response: ServerResponse): void {
    const isDoor = ({ type, properties }: FakeResource) =>
      type === 'AWS::CloudFront::Function' && /-door$/.test(properties.Name);
    const passed = throughDoor(this.cloudformation.resources().find(isDoor)?.properties.FunctionCode, request);
    if ('statusCode' in passed) {
      const headers = Object.entries(passed.headers).map(([name, { value }]) => [name, value]);
      response.writeHead(passed.statusCode, Object.fromEntries(headers)).end(passed.body?.data ?? '');
      return;
    }
    this.siteCookies.push(...Object.keys(passed.cookies));
    const leads = this.siteLeadsTo && request.url === '/' ? { location: this.siteLeadsTo } : {};
    response.writeHead('location' in leads ? 302 : this.site, leads).end('a visitor');
  }

  private distributions(): string {
    const rows = [...this.account.distributions].map(([id, alias]) => {
      const aliases = `<Aliases><Quantity>1</Quantity><Items><CNAME>${alias}</CNAME></Items></Aliases>`;
      return `<DistributionSummary><Id>${id}</Id>${aliases}</DistributionSummary>`;
    });
    const page = xml({ Marker: '', MaxItems: 100, IsTruncated: false, Quantity: rows.length });
    return `<DistributionList>${page}<Items>${rows.join('')}</Items></DistributionList>`;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://x');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (!request.headers.authorization && /^Action=AssumeRoleWithWebIdentity&/m.test(body.toString())) {
      this.logIn(new URLSearchParams(body.toString()), response);
      return;
    }
    if (!request.headers.authorization) {
      this.calls.push(`visitor:${request.headers.host}`);
      this.visit(request, response);
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
    const call = `${service}:${action || `${request.method} ${url.pathname}`}`;
    if (this.gate.cut?.test(call)) {
      request.socket.destroy();
      return;
    }
    this.calls.push(call);
    this.gate.prepare(response, call);
    const form = new URLSearchParams(body.toString());
    try {
      this.gate.check({ headers: request.headers, service, region });
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
      } else if (service === 'logs') {
        response.setHeader('content-type', 'application/x-amz-json-1.1');
        response.end(JSON.stringify(this.logs.call(action, body.toString())));
      } else if (service === 'ec2') {
        send(
          response,
          `<${action}Response><requestId>1</requestId>${xml(answerEc2(this.account, action, form), 'item')}</${action}Response>`,
        );
      } else if (['cloudformation', 'sts', 'iam', 'rds', 'elasticache'].includes(service)) {
        const result =
          service === 'cloudformation'
            ? this.cloudformation.call(action, form, region)
            : action === 'ModifyDBInstance'
              ? this.rds.modify(form, this.cloudformation.resources())
              : answerQuery(this.account, action, form);
        send(response, `<${action}Response><${action}Result>${xml(result)}</${action}Result></${action}Response>`);
      } else if (service === 'cloudfront' && request.method === 'GET') {
        const resources = this.cloudformation.resources();
        send(response, answerCloudFront(url.pathname, resources) ?? this.distributions());
      } else if (service === 'cloudfront') {
        this.invalidations += 1;
        this.invalidated = [...body.toString().matchAll(/<Path>([^<]*)<\/Path>/g)].map(([, path = '']) => path);
        response.statusCode = 201;
        send(
          response,
          `<Invalidation>${xml({ Id: 'I1', Status: 'InProgress', CreateTime: new Date() })}</Invalidation>`,
        );
      } else if (service === 'route53') {
        const call = {
          method: request.method ?? '',
          path: url.pathname,
          query: url.searchParams,
          body: body.toString(),
        };
        send(response, this.route53.answer(call));
      } else {
        response.setHeader('content-type', 'application/json');
        response.end(
          JSON.stringify(answerJson(this.account, service, { region, path: url.pathname, body: body.toString() })),
        );
      }
    } catch (error) {
      refuse(response, service, error as ApiError);
    }
  }
}
