import { ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { type Connection, clientOptions, sender } from './connection.ts';

export interface Certificate {
  /** ISSUED, PENDING_VALIDATION, EXPIRED, FAILED … */
  status: string;
  /** Why it failed, such as CAA_ERROR; else ''. */
  reason: string;
  until?: Date;
  /** How its renewal goes: PENDING_VALIDATION, FAILED …; '' before there is one. */
  renewal: string;
  /** The DNS record that proves the domain, as 'name type value'. */
  record: string;
}

/** ACM in one region. */
export function certificates(connection: Connection) {
  const send = sender('acm', new ACMClient(clientOptions(connection)), connection);

  return {
    /** undefined: there is none of that ARN. */
    async certificate(arn: string): Promise<Certificate | undefined> {
      try {
        const { Certificate: found } = await send(new DescribeCertificateCommand({ CertificateArn: arn }));
        if (!found) return undefined;
        const { Name = '', Type = '', Value = '' } = found.DomainValidationOptions?.[0]?.ResourceRecord ?? {};
        return {
          status: found.Status ?? '',
          reason: found.FailureReason ?? '',
          renewal: found.RenewalSummary?.RenewalStatus ?? '',
          record: `${Name} ${Type} ${Value}`,
          ...(found.NotAfter ? { until: found.NotAfter } : {}),
        };
      } catch (error) {
        if ((error as Error).name === 'ResourceNotFoundException') return undefined;
        throw error;
      }
    },
  };
}
