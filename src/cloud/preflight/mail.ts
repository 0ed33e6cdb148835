import type { Finding } from '../../events.ts';
import type { Cloud } from '../cloud.ts';
import { type Account, good, warning } from './finding.ts';

export async function mailFinding({ settings }: Cloud, asked: Account): Promise<Finding> {
  const { from } = settings.mail;
  if (from.endsWith('.localhost')) {
    const text = `nobody can prove that ${from} is theirs: no mail will leave AWS`;
    return warning('mail', text, 'mail.from: an address of yours, in bootdev.yaml');
  }
  if (await asked.mailIsOpen()) return good('mail', 'SES sends to everybody');
  return warning(
    'mail',
    'SES is in its sandbox: it sends to verified addresses only',
    'ask AWS for production access: SES console, Account dashboard (about a day)',
  );
}
