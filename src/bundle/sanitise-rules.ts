/** What is taken out of a dump: what `docker/roles/php-cli` (sanitise-dump) reads, which explains each. */
export interface SanitiseRules {
  empty: string[];
  drop: Record<string, Record<string, string[]>>;
  change: Record<string, Record<string, string>>;
  columns: Record<string, string>;
}

/** Columns that say by their name what they hold, in whatever table a module made. */
const columns: SanitiseRules['columns'] = {
  '(^|_)e?mail(_?address)?$|(^|_)recipient$': 'mail',
  '(^|_)(pass|passwd|password|pwd|passphrase)$': 'password',
  '(^|_)(token|secret|api_?key|access_?key|private_?key|activation_key|session_?id|cookie)$': 'text',
  '(^|_)(ip|ip_?address|remote_addr)$|^hostname$': 'text',
  '(^|_)(tele)?phone(_?number)?$|(^|_)(mobile|fax)$': 'text',
  '^(first|last|full|display|sur|given|family|middle|nick)_?name$': 'name',
  '(^|_)(street|address_?(line_?)?[123]?|postcode|postal_?code|zip|iban|bic|vat_?(id|number))$': 'text',
  '(^|_)(birth_?(date|day)|date_of_birth)$': 'text',
};

/** `sanitise`: of an application's app.yaml. */
export const sanitiseRules = ({ sanitise = {} }: { sanitise?: Partial<SanitiseRules> | undefined }): SanitiseRules => {
  const { empty = [], drop = {}, change = {} } = sanitise;
  return { empty, drop, change, columns };
};
