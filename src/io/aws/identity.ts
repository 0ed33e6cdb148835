import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { exitCode, UserError } from '../../errors.ts';
import { addressesOf } from '../names.ts';
import { type Connection, clientOptions, connect } from './connection.ts';
import { isWrong, wrongClock } from './errors/clock.ts';
import { enableRegion, unknownKey } from './errors/translate.ts';

export interface Identity {
  account: string;
  arn: string;
}

/** A region that every account has. */
const first = 'us-east-1';

/** Who we are there. Throws UserError also for a clock that is wrong, and for a region that is off or does not exist. */
export async function identity(connection: Connection): Promise<Identity> {
  const { region } = connection;
  try {
    return await ask(connection);
  } catch (error) {
    const { name, code, hostname } = ((error as Error).cause ?? {}) as Partial<Record<string, string>>;
    const isOurs = code === 'ENOTFOUND' && hostname?.startsWith(`sts.${region}.`);
    if (isOurs && (await addressesOf(`sts.${first}.amazonaws.com`)).length > 0)
      throw new UserError(`AWS has no region ${region}.`, {
        ...{ cause: error, code: exitCode.usage },
        hint: `set aws.region to one of these: aws ec2 describe-regions --all-regions --region ${first} --query Regions[].RegionName`,
      });
    if (!unknownKey.test(name ?? '') || region === first) throw error;
    const there = await ask({ ...connection, region: first }).catch(() => undefined);
    if (!there) throw error;
    throw new UserError(`${region} is not enabled in the account ${there.account}.`, {
      ...{ cause: error, hint: `${enableRegion(region)}; or set aws.region to another one` },
    });
  }
}

async function ask(connection: Connection): Promise<Identity> {
  const client = connect('sts', new STSClient(clientOptions(connection)), connection);
  const { Account = '', Arn = '' } = await client.send(new GetCallerIdentityCommand({}));
  // The SDK has measured it, and signs with AWS's time: only a lock of promote would still go by ours.
  const ahead = -(client.config.systemClockOffset ?? 0);
  if (isWrong(ahead)) throw wrongClock(ahead);
  return { account: Account, arn: Arn };
}
