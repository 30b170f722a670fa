import { expect, test } from 'vitest';
import type { BackupSettings } from '@/backend';
import { settings } from '@/backend/sample/settings';
import { mergeSettings } from './merge';

function changed(change: (copy: BackupSettings) => void): BackupSettings {
  const copy = structuredClone(settings);
  change(copy);
  return copy;
}

test('changes at different fields of one target are both kept', () => {
  const mine = changed((copy) => (copy.destinations[0]!.schedule.intervalHours = 6));
  const theirs = changed((copy) => (copy.destinations[0]!.name = 'Cellar'));
  const { settings: both, both: clashes } = mergeSettings(settings, mine, theirs);
  expect(both.destinations[0]).toMatchObject({ name: 'Cellar', schedule: { intervalHours: 6 } });
  expect(clashes).toEqual([]);
});

test('where both changed the same field, ours stays and is marked', () => {
  const mine = changed((copy) => (copy.destinations[0]!.name = 'Mine'));
  const theirs = changed((copy) => (copy.destinations[0]!.name = 'Theirs'));
  const merged = mergeSettings(settings, mine, theirs);
  expect(merged.settings.destinations[0]?.name).toBe('Mine');
  expect(merged.both).toEqual(['Mine']);
});

test('a new secret survives, and so does a target that was added elsewhere', () => {
  const mine = changed((copy) => {
    const { location } = copy.destinations[0]!;
    if (location.type === 'webdav') location.password = { type: 'new', value: 'hush' };
  });
  const theirs = changed((copy) =>
    copy.destinations.push({ ...copy.destinations[1]!, id: 'other', name: 'Other' }),
  );
  const { destinations } = mergeSettings(settings, mine, theirs).settings;
  expect(destinations.map((one) => one.id)).toEqual(['nas', 'r2', 'other']);
  expect(destinations[0]?.location).toMatchObject({ password: { type: 'new', value: 'hush' } });
});

test('a target deleted elsewhere goes unless it was changed here', () => {
  const theirs: BackupSettings = { destinations: [] };
  const mine = changed((copy) => (copy.destinations[0]!.name = 'Still wanted'));
  const merged = mergeSettings(settings, mine, theirs);
  expect(merged.gone).toEqual(['Still wanted']);
  expect(merged.settings.destinations).toHaveLength(1);
  expect(merged.settings.destinations[0]?.location).toMatchObject({ password: { type: 'unset' } });
});

test('our removals stay, and our order wins where we changed it', () => {
  const removed = changed((copy) => copy.destinations.shift());
  const renamed = changed((copy) => (copy.destinations[1]!.name = 'Far away'));
  expect(mergeSettings(settings, removed, renamed).settings.destinations.map((one) => one.name)).toEqual([
    'Far away',
  ]);
  const turned = changed((copy) => copy.destinations.reverse());
  expect(mergeSettings(settings, turned, renamed).settings.destinations.map((one) => one.id)).toEqual([
    'r2',
    'nas',
  ]);
});
