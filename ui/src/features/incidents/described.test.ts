import { beforeEach, expect, test } from 'vitest';
import type { Overview, TargetCard } from '@/backend';
import { sampleFindings } from '@/backend/sample/findings';
import { SimulatedServer, type Recorded } from '@/backend/sample/simulated-server';
import {
  before,
  bucket,
  changedTarget,
  coreError,
  emptiedTarget,
  failedTarget,
  incompleteTarget,
  sampleNow,
} from '@/backend/sample/world';
import { language } from '@/language/locale.svelte';
import { described, type Description } from './described';

beforeEach(() => language.choose('en'));

/** The findings of a recorded server, described. */
function words(name: Recorded, board?: Overview): Description[] {
  const { findings } = sampleFindings(new SimulatedServer(name), 'home', board);
  return findings.map((finding) => described(finding, sampleNow));
}

/** The finding about the first of these targets, described. */
function ofTarget(...targets: TargetCard[]): Description {
  const [first] = words('healthy', { settingsNeedRepair: false, targets });
  if (!first) throw new Error('no finding');
  return first;
}

test('each target problem has a complete description', () => {
  const unverified = { ...bucket, health: 'unverified' as const, lastVerifiedAt: before(16 * 86_400_000) };
  for (const card of [unverified, failedTarget, changedTarget, emptiedTarget, incompleteTarget]) {
    const { title, affected, evidence, now, goOn } = ofTarget(card);
    for (const part of [title, ...affected, evidence, now, goOn]) expect(part).not.toBe('');
  }
});

test("a failed run shows the target's message and a fix", () => {
  const failed = ofTarget(failedTarget);
  expect(failed.original).toBe('WebDAV upload failed: 507');
  expect(failed.now).toMatch(/free up space/i);
});

test('an unreliable newest backup names the last good one', () => {
  const bad = ofTarget(changedTarget);
  expect(bad.evidence).toContain('nodewarden_backup_20261120_033014_9c41e.zip');
  expect(bad.affected[0]).toContain('nodewarden_backup_20261119_033011_02bd7.zip');
});

test('retention that would delete the last good backup is a next step', () => {
  const { now } = ofTarget(changedTarget);
  expect(now).toContain('Retention keeps 2');
  expect(now).toContain('nodewarden_backup_20261119_033011_02bd7.zip, the last good one');
});

test('missing attachments of the newest backup are counted', () => {
  expect(ofTarget(incompleteTarget).affected[0]).toBe('2 of 13 attachments missing on the target');
});

test('whether work can continue depends on the other targets', () => {
  expect(ofTarget(failedTarget).goOn).toContain('older backups stay');
  expect(ofTarget(failedTarget, bucket).goOn).toBe('Yes. Backups to other targets continue.');
});

test('settings that need repair show the cause and stopped targets', () => {
  const [repair] = words('settings-after-restore');
  expect(repair).toMatchObject({ certainty: 'proven' });
  expect(repair?.evidence).toContain('restore');
  expect(repair?.affected[0]).toContain('Attic NAS');
});

test('a refusal without a diagnosis has its own description', () => {
  const original = 'Server configuration error: JWT_SECRET is not set or too weak';
  const refused = (code: 'jwt-secret-missing' | 'settings-need-repair') =>
    described(
      {
        id: code,
        severity: 'danger',
        about: { type: 'refusal', error: coreError(code, { original }) },
        next: [],
      },
      sampleNow,
    );
  expect(refused('jwt-secret-missing')).toMatchObject({
    original,
    command: 'wrangler secret put JWT_SECRET',
  });
  expect(refused('settings-need-repair').command).toBeNull();
});

test('with a partly read log, runs stopped "at least since" a time', () => {
  const { findings } = sampleFindings(new SimulatedServer('settings-after-restore'), 'home');
  const about = findings[0]?.about;
  const affected = about?.type === 'server' ? about.finding.affected[0] : undefined;
  if (about?.type !== 'server' || affected?.type !== 'scheduled-backups') throw new Error('not scheduled');
  const finding = { ...about.finding, affected: [{ ...affected, sinceAtLeast: true }] };
  const found = described({ ...findings[0]!, about: { type: 'server', finding } }, sampleNow);
  expect(found.affected[0]).toMatch(/Since .* or earlier\./);
});

test('the buttons lead to the next steps in the text', () => {
  expect(words('settings-after-restore')[0]?.now).toContain('Repair the settings');
  expect(words('cause-not-known')[0]?.now).toContain('look for the old one first');
  expect(words('no-wrap-for-me')[0]?.now).toContain('older backup');
});
