import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type Connection, clientOptions, connect } from './connection.ts';

export interface Identity {
  account: string;
  arn: string;
}

export async function identity(connection: Connection): Promise<Identity> {
  const client = connect('sts', new STSClient(clientOptions(connection)), connection);
  const { Account = '', Arn = '' } = await client.send(new GetCallerIdentityCommand({}));
  return { account: Account, arn: Arn };
}
