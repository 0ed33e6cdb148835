import { expect, test } from 'vitest';
import { completeSettings } from '../../src/settings/schema.ts';
import { siteName } from '../../src/wizard/site-name.ts';

test.each([
  ['shop', 'shop'],
  ['Mein Café 2', 'mein-cafe-2'],
  ['2024_Shop.example.org', 'shop-example-org'],
  ['--x--', 'x'],
  ['', 'site'],
  ['42', 'site'],
  ['日本', 'site'],
  [`${'a'.repeat(30)}-b`, 'a'.repeat(30)],
])('%s → %s', (folder, name) => {
  expect(siteName(folder)).toBe(name);
  expect(completeSettings({ site: { name } }).site.name).toBe(name);
});
