import { checkSettings } from '../../settings/schema.ts';
import { treeOf } from '../../settings/tree.ts';
import type { ChoiceField, Option } from '../step.ts';

/** A choice for a setting. An option that the setting does not accept is not available yet: shown, but cannot be chosen. */
export function offer(
  path: string,
  { options, ...field }: Omit<ChoiceField, 'kind' | 'options'> & { options: readonly Omit<Option, 'later'>[] },
): ChoiceField {
  const isValid = (value: string) => 'settings' in checkSettings(treeOf(path, value));
  return { kind: 'choice', ...field, options: options.map((each) => ({ ...each, later: !isValid(each.value) })) };
}
