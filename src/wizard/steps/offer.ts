import { checkSettings } from '../../settings/schema.ts';
import { treeOf } from '../../settings/tree.ts';
import type { ChoiceField, Option } from '../step.ts';

/** A choice for a setting. What its rule refuses belongs to a part that does not exist yet: shown, never chosen. */
export function offer(
  path: string,
  { options, ...field }: Omit<ChoiceField, 'kind' | 'options'> & { options: readonly Omit<Option, 'later'>[] },
): ChoiceField {
  const holds = (value: string) => 'settings' in checkSettings(treeOf(path, value));
  return { kind: 'choice', ...field, options: options.map((each) => ({ ...each, later: !holds(each.value) })) };
}
