/** What can be known before anything is created: each finding with its fix. */
import type { Finding } from '../../events.ts';
import type { AccountFacts, Assets, Cloud, Statement } from '../cloud.ts';
import type { StackSnapshot } from '../stacks/describe.ts';
import { closingOf } from '../stacks/door.ts';
import { checkBalancer, checkRequestTime } from './behaviour.ts';
import { checkCertificates } from './certificate.ts';
import { checkDatabase } from './database.ts';
import { good, warning } from './finding.ts';
import { checkAges, checkTypes, chooseZones, imageOf, usedTypes } from './instances.ts';
import { checkMail } from './mail.ts';
import { checkName, checkTakenNames } from './names.ts';
import { checkNetwork } from './network.ts';
import { checkPermissions } from './permissions.ts';
import { checkQuotas } from './quotas.ts';
import { checkRegisters } from './registers.ts';

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
  const [name, requestTime, balancer] = [checkName(cloud), checkRequestTime(cloud), checkBalancer(cloud)];
  const account = await cloud.aws.account();
  const types = usedTypes(cloud, assets);
  const kept = newImage ? undefined : snapshots.find(({ info }) => info?.parameters.ImageId)?.info?.parameters.ImageId;
  const [zones, sizes, permissions, certificate, mail, registers, door, edgePrefixList, newest] = await Promise.all([
    chooseZones(cloud, account, snapshots, types.slice(0, -1)),
    account.instanceSizes(types),
    checkPermissions(account, arn, statements),
    checkCertificates(cloud, snapshots),
    checkMail(cloud, account),
    checkRegisters(cloud, account, snapshots),
    closingOf(cloud, snapshots),
    account.edgePrefixList(),
    account.debianImage(assets.architecture),
  ]);
  const imageId = kept ?? newest;
  const ids = [...new Set([newest, ...snapshots.map((each) => imageOf(each, { imageId, newImage }))])];
  // Only what is not known stays unsaid: an older policy does not allow the question.
  const dates = await account.imageDates(ids).catch(() => undefined);
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
      ...(door.isClosed ? [closed] : []),
      ...(requestTime ? [requestTime] : []),
      ...(balancer ? [balancer] : []),
      ...checkAges(snapshots, { imageId, newest, dates, newImage, locked: assets.locked, now: new Date() }),
    ],
    accountFacts: {
      account: accountId,
      arn,
      imageId,
      edgePrefixList,
      sizes: bySize,
      zoneNames: zones.zoneNames,
      ...(door.closedBy ? { closedBy: door.closedBy } : {}),
      ...facts,
    },
  };
}

const closed = warning(
  'closed',
  'visitors get a page and 503; you see the site with its key',
  'when its data is there: bootdev open-site',
);

/** Throws UserError for a region that does not exist, or without credentials. */
export async function identityOf({ aws }: Cloud) {
  return aws.identity();
}
