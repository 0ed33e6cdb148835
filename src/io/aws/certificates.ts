import { ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { type Connection, clientOptions, connect } from './connection.ts';

export interface Certificate {
  /** ISSUED, PENDING_VALIDATION, EXPIRED, FAILED … */
  status: string;
  /** Why it failed, such as CAA_ERROR; else ''. */
  reason: string;
  until?: Date;
  /** State of its renewal: PENDING_VALIDATION, FAILED …; '' before there is one. */
  renewal: string;
  /** The DNS record that validates the domain, as 'name type value'. */
  record: string;
}

/** ACM in one region. */
export function certificates(connection: Connection) {
  const client = connect('acm', new ACMClient(clientOptions(connection)), connection);

  return {
    /** undefined: there is no certificate with that ARN. */
    async certificate(arn: string): Promise<Certificate | undefined> {
      try {
        const { Certificate: found } = await client.send(new DescribeCertificateCommand({ CertificateArn: arn }));
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
