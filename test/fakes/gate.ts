/** What every service of AWS refuses before it looks at the call: another time, a region that is off, a network that eats the answer. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { ApiError } from './api-error.ts';

export class FakeGate {
  /** Milliseconds by which AWS's clock is ahead of this computer's. */
  clock = 0;
  /** Regions that the account has not turned on. */
  readonly off = new Set<string>();
  /** Calls that do not arrive for as long as this is set. */
  cut: RegExp | undefined;
  /** A call ('cloudformation:ExecuteChangeSet') that is done, but whose answer is lost: the first that matches each. */
  readonly lost: RegExp[] = [];

  /** Throws ApiError as the service does: each has its own words for the same thing. */
  check({ headers, service, region }: { headers: IncomingHttpHeaders; service: string; region: string }): void {
    if (this.off.has(region)) throw noRegion(service);
    const now = new Date(Date.now() + this.clock);
    const asked = new Date(String(headers['x-amz-date']).replace(stamp, '$1-$2-$3T$4:$5:$6Z'));
    const minutes = service === 's3' ? 15 : 5;
    if (Math.abs(+now - +asked) > minutes * 60_000) throw otherTime(service, { asked, now, minutes });
  }

  /** The answer's date is AWS's, as its clock has it. */
  prepare(response: ServerResponse, call: string): void {
    response.setHeader('date', new Date(Date.now() + this.clock).toUTCString());
    const at = this.lost.findIndex((each) => each.test(call));
    if (at < 0) return;
    this.lost.splice(at, 1);
    response.end = () => {
      response.socket?.destroy();
      return response;
    };
  }
}

const stamp = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
const stamped = (time: Date) => time.toISOString().replace(/[-:]|\.\d+/g, '');

function noRegion(service: string): ApiError {
  const message = 'The security token included in the request is invalid.';
  if (service === 'ec2')
    return new ApiError('AuthFailure', 'AWS was not able to validate the provided access credentials', 401);
  const query = ['sts', 'cloudformation', 'iam', 'rds', 'elasticache'].includes(service);
  return new ApiError(query ? 'InvalidClientTokenId' : 'UnrecognizedClientException', message, 403);
}

function otherTime(service: string, { asked, now, minutes }: { asked: Date; now: Date; minutes: number }): ApiError {
  if (service === 's3')
    return new ApiError(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
      403,
    );
  if (service === 'ec2' && asked < now) return new ApiError('RequestExpired', 'Request has expired.');
  const limit = stamped(new Date(+now + (asked < now ? -minutes : minutes) * 60_000));
  const message =
    asked < now
      ? `Signature expired: ${stamped(asked)} is now earlier than ${limit} (${stamped(now)} - ${minutes} min.)`
      : `Signature not yet current: ${stamped(asked)} is still later than ${limit} (${stamped(now)} + ${minutes} min.)`;
  return new ApiError(
    service === 'ssm' || service === 'acm' ? 'InvalidSignatureException' : 'SignatureDoesNotMatch',
    message,
    403,
  );
}
