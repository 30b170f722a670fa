import { afterEach, expect, test, vi } from 'vitest';
import { backend } from '@/backend';
import { history } from '@/backend/sample/records';
import { language } from '@/language/locale.svelte';
import { tellWhenAway } from './notify';

afterEach(() => vi.restoreAllMocks());

test('a job that ends while the window is hidden is notified', () => {
  language.choose('en');
  vi.spyOn(document, 'hasFocus').mockReturnValue(false);
  const notify = vi.spyOn(backend(), 'notify');
  tellWhenAway({ ...history[0]!, kind: 'backup', subject: 'Attic NAS', state: 'failed' });
  expect(notify).toHaveBeenCalledWith('NodeWarden Desk', 'Backup to Attic NAS: Failed', null);
});

test('a job that ends while the window is visible is not notified', () => {
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
  const notify = vi.spyOn(backend(), 'notify');
  tellWhenAway(history[0]!);
  expect(notify).not.toHaveBeenCalled();
});
