import { beforeEach, expect, test } from 'vitest';
import type { Location } from '@/backend';
import { settings } from '@/backend/sample/settings';
import { language } from '@/language/locale.svelte';
import { describe } from '.';

beforeEach(() => language.choose('en'));

test('every kind keeps its place when its secret is replaced', () => {
  for (const { location } of settings.destinations) {
    const changed = describe(location).withSecret({ type: 'new', value: 'hush' });
    expect(describe(changed).secret).toEqual({ type: 'new', value: 'hush' });
    expect(describe(changed).values).toEqual(describe(location).values);
  }
});

test('a kind that this version does not know is named and cannot be changed', () => {
  const future: Location = { type: 'other', kind: 'gdrive' };
  expect(describe(future)).toMatchObject({ editable: false, secret: { type: 'kept' } });
  expect(describe(future).word()).toBe('Not supported by this version');
  expect(describe(future).withSecret({ type: 'unset' })).toEqual(future);
});
