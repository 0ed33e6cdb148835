/** What can be known before anything is made: each finding with its mend. */
import type { Finding } from '../../events.ts';
import type { AccountFacts, Assets, Cloud, Statement } from '../cloud.ts';
import type { StackSnapshot } from '../stacks/describe.ts';
import { certificateFindings } from './certificate.ts';
import { databaseFindings } from './database.ts';
import { good } from './finding.ts';
import { typeFindings, usedTypes, zoneFinding } from './instances.ts';
import { mailFinding } from './mail.ts';
import { nameFinding, takenFindings } from './names.ts';
import { permissionFinding } from './permissions.ts';
import { quotaFindings } from './quotas.ts';
import { requestTimeFinding } from './request-time.ts';

export interface Preflight {
  findings: Finding[];
  facts: AccountFacts;
}

/** `statements`: what the policies shipped in cfn/iam/ allow, and promote therefore needs. */
export async function preflight(
  cloud: Cloud,
  assets: Assets,
  seen: readonly StackSnapshot[],
  { statements, newImage = false }: { statements: readonly Statement[]; newImage?: boolean },
): Promise<Preflight> {
  const { account, arn } = await identityOf(cloud);
  const [name, requestTime] = [nameFinding(cloud), requestTimeFinding(cloud)];
  const asked = await cloud.aws.account();
  const types = usedTypes(cloud, assets);
  const kept = newImage ? undefined : seen.find(({ info }) => info?.parameters.ImageId)?.info?.parameters.ImageId;
  const [zones, sizes, permissions, certificate, mail, edgePrefixList, imageId] = await Promise.all([
    asked.zones(),
    asked.instanceSizes(types),
    permissionFinding(asked, arn, statements),
    certificateFindings(cloud, seen),
    mailFinding(cloud, asked),
    asked.edgePrefixList(),
    kept ?? asked.debianImage(assets.architecture),
  ]);
  const bySize = new Map(sizes.map((size) => [size.type, size]));
  const quotas = await quotaFindings(cloud, asked, seen, assets, bySize);
  return {
    findings: [
      good('identity', `${arn} in ${account}`),
      ...(name ? [name] : []),
      ...takenFindings(cloud, seen),
      ...databaseFindings(cloud, seen),
      zoneFinding(cloud, zones),
      ...typeFindings(types, bySize, assets),
      permissions,
      ...quotas,
      ...certificate,
      mail,
      ...(requestTime ? [requestTime] : []),
      good('image', `Debian 13 ${imageId} (${kept ? 'as it runs' : 'the newest'})`),
    ],
    facts: { account, arn, imageId, edgePrefixList, sizes: bySize },
  };
}

/** Throws UserError for a region that is none, or without credentials. */
export async function identityOf({ aws }: Cloud) {
  return aws.identity();
}
