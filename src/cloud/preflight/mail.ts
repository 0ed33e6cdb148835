import type { Finding } from '../../events.ts';
import type { Cloud } from '../cloud.ts';
import { type Account, good, warning } from './finding.ts';

export async function checkMail({ settings }: Cloud, account: Account): Promise<Finding> {
  const { from } = settings.mail;
  if (from.endsWith('.localhost')) {
    const text = `${from} is not a public address and cannot be verified: AWS will not send any mail`;
    return warning('mail', text, 'set mail.from in bootdev.yaml to an address of yours');
  }
  const { open, perSecond, perDay } = await account.mailQuota();
  const quota = `${perSecond.toLocaleString('en')} a second, ${perDay.toLocaleString('en')} a day`;
  if (open) return good('mail', `SES sends to any address: ${quota}`);
  return warning(
    'mail',
    `SES is still in its sandbox: it sends only to verified addresses, ${quota}`,
    'ask AWS for production access: SES console, Account dashboard (about a day)',
  );
}
