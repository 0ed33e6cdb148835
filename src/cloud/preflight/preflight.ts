/** What can be known before anything is created: each finding with its fix. */
import type { Finding } from '../../events.ts';
import type { AccountFacts, Assets, Cloud, Statement } from '../cloud.ts';
import type { StackSnapshot } from '../stacks/describe.ts';
import { checkCertificates } from './certificate.ts';
import { checkDatabase } from './database.ts';
import { good } from './finding.ts';
import { checkTypes, chooseZones, usedTypes } from './instances.ts';
import { checkMail } from './mail.ts';
import { checkName, checkTakenNames } from './names.ts';
import { checkNetwork } from './network.ts';
import { checkPermissions } from './permissions.ts';
import { checkQuotas } from './quotas.ts';
import { checkRegisters } from './registers.ts';
import { checkRequestTime } from './request-time.ts';

export interface Preflight {
  findings: Finding[];
  accountFacts: AccountFacts;
}

/** `statements`: what the policies shipped in cfn/iam/ allow, and promote therefore needs. */
export async function preflight(
  cloud: Cloud,
  assets: Assets,
  snapshots: readonly StackSnapshot[],
  { statements, newImage = false }: { statements: readonly Statement[]; newImage?: boolean },
): Promise<Preflight> {
  const { account: accountId, arn } = await identityOf(cloud);
  const [name, requestTime] = [checkName(cloud), checkRequestTime(cloud)];
  const account = await cloud.aws.account();
  const types = usedTypes(cloud, assets);
  const kept = newImage ? undefined : snapshots.find(({ info }) => info?.parameters.ImageId)?.info?.parameters.ImageId;
  const [zones, sizes, permissions, certificate, mail, registers, edgePrefixList, imageId] = await Promise.all([
    chooseZones(cloud, account, snapshots, types.slice(0, -1)),
    account.instanceSizes(types),
    checkPermissions(account, arn, statements),
    checkCertificates(cloud, snapshots),
    checkMail(cloud, account),
    checkRegisters(cloud, account, snapshots),
    account.edgePrefixList(),
    kept ?? account.debianImage(assets.architecture),
  ]);
  const { findings: taken, ...facts } = registers;
  const bySize = new Map(sizes.map((size) => [size.type, size]));
  const quotas = await checkQuotas(cloud, account, snapshots, assets, bySize);
  return {
    findings: [
      good('identity', `${arn} in ${accountId}`),
      ...(name ? [name] : []),
      ...checkTakenNames(cloud, snapshots),
      ...checkDatabase(cloud, snapshots, assets),
      ...checkNetwork(cloud, snapshots),
      zones.finding,
      ...checkTypes(types, bySize, assets),
      permissions,
      ...quotas,
      ...certificate,
      mail,
      ...taken,
      ...(requestTime ? [requestTime] : []),
      good('image', `Debian 13 ${imageId} (${kept ? 'the one in use' : 'the newest'})`),
    ],
    accountFacts: {
      account: accountId,
      arn,
      imageId,
      edgePrefixList,
      sizes: bySize,
      zoneNames: zones.zoneNames,
      ...facts,
    },
  };
}

/** Throws UserError for a region that does not exist, or without credentials. */
export async function identityOf({ aws }: Cloud) {
  return aws.identity();
}
