/** What can be known before anything is made: each finding with its mend. */
import type { Finding } from '../events.ts';
import type { Cargo, Cloud, Ground, Statement } from './cloud.ts';
import type { Seen } from './look.ts';
import { certificateFindings } from './preflight/certificate.ts';
import { databaseFindings } from './preflight/database.ts';
import { good } from './preflight/finding.ts';
import { typeFindings, usedTypes, zoneFinding } from './preflight/instances.ts';
import { mailFinding } from './preflight/mail.ts';
import { nameFinding, takenFindings } from './preflight/names.ts';
import { permissionFinding } from './preflight/permissions.ts';
import { quotaFindings } from './preflight/quotas.ts';
import { requestTimeFinding } from './preflight/request-time.ts';

export interface Preflight {
  findings: Finding[];
  ground: Ground;
}

/** `statements`: what the policies shipped in cfn/iam/ allow, and promote therefore needs. */
export async function preflight(
  cloud: Cloud,
  cargo: Cargo,
  seen: readonly Seen[],
  { statements, newImage = false }: { statements: readonly Statement[]; newImage?: boolean },
): Promise<Preflight> {
  const { account, arn } = await identityOf(cloud);
  const [name, requestTime] = [nameFinding(cloud), requestTimeFinding(cloud)];
  const asked = await cloud.aws.account();
  const types = usedTypes(cloud, cargo);
  const kept = newImage ? undefined : seen.find(({ info }) => info?.parameters.ImageId)?.info?.parameters.ImageId;
  const [zones, sizes, permissions, certificate, mail, edgePrefixList, imageId] = await Promise.all([
    asked.zones(),
    asked.instanceSizes(types),
    permissionFinding(asked, arn, statements),
    certificateFindings(cloud, seen),
    mailFinding(cloud, asked),
    asked.edgePrefixList(),
    kept ?? asked.debianImage(cargo.architecture),
  ]);
  const bySize = new Map(sizes.map((size) => [size.type, size]));
  const quotas = await quotaFindings(cloud, asked, seen, cargo, bySize);
  return {
    findings: [
      good('identity', `${arn} in ${account}`),
      ...(name ? [name] : []),
      ...takenFindings(cloud, seen),
      ...databaseFindings(cloud, seen),
      zoneFinding(cloud, zones),
      ...typeFindings(types, bySize, cargo),
      permissions,
      ...quotas,
      ...certificate,
      mail,
      ...(requestTime ? [requestTime] : []),
      good('image', `Debian 13 ${imageId} (${kept ? 'as it runs' : 'the newest'})`),
    ],
    ground: { account, arn, imageId, edgePrefixList, sizes: bySize },
  };
}

/** Throws UserError for a region that is none, or without credentials. */
export async function identityOf({ aws }: Cloud) {
  return aws.identity();
}
