import { beforeEach, expect, test } from 'vitest';
import { Trouble } from '@/backend/sample/recovery-trouble';
import {
  before,
  bucket,
  changedTarget,
  coreError,
  emptiedTarget,
  failedTarget,
  healthyBoard,
  incompleteTarget,
  nas,
  newTarget,
  sampleNow,
} from '@/backend/sample/world';
import { language } from '@/language/locale.svelte';
import { detect } from './detect';

beforeEach(() => language.choose('en'));

test('a healthy board has no findings', () => {
  expect(detect(healthyBoard, undefined, sampleNow)).toEqual([]);
});

test('each trouble of a target is a finding with its evidence and a next step, gravest first', () => {
  const unverified = { ...bucket, health: 'unverified' as const, lastVerifiedAt: before(16 * 86_400_000) };
  const findings = detect(
    { settingsNeedRepair: false, targets: [unverified, failedTarget] },
    undefined,
    sampleNow,
  );
  expect(findings.map((finding) => finding.id)).toEqual(['failed:nas', 'unverified:r2']);
  expect(findings[0]?.original).toBe('WebDAV upload failed: 507');
  expect(findings[0]?.now).toContain('Free space');
  expect(findings[1]?.steps).toEqual([{ type: 'backups', targetId: 'r2' }]);
  for (const finding of findings) {
    for (const part of [finding.title, ...finding.affected, finding.evidence, finding.now, finding.goOn]) {
      expect(part).not.toBe('');
    }
  }
});

test('a newest backup that cannot be relied on is a danger, with the last good one named', () => {
  const [finding] = detect({ settingsNeedRepair: false, targets: [changedTarget] }, undefined, sampleNow);
  expect(finding).toMatchObject({ id: 'newest-backup-bad:nas', tone: 'danger' });
  expect(finding?.evidence).toContain('nodewarden_backup_20261120_033014_9c41e.zip');
  expect(finding?.affected[0]).toContain('nodewarden_backup_20261119_033011_02bd7.zip');
});

test('a retention that would delete the last good backup is part of what to do now', () => {
  const [finding] = detect({ settingsNeedRepair: false, targets: [changedTarget] }, undefined, sampleNow);
  expect(finding?.now).toContain('Retention keeps 2');
  expect(finding?.now).toContain('nodewarden_backup_20261119_033011_02bd7.zip, the last good one');
});

test('a target whose backups are all gone is a danger', () => {
  const [finding] = detect({ settingsNeedRepair: false, targets: [emptiedTarget] }, undefined, sampleNow);
  expect(finding).toMatchObject({ id: 'all-gone:nas', tone: 'danger' });
});

test('missing attachments of the newest backup are a finding', () => {
  const [finding] = detect({ settingsNeedRepair: false, targets: [incompleteTarget] }, undefined, sampleNow);
  expect(finding).toMatchObject({ id: 'attachments-missing:nas', tone: 'caution' });
  expect(finding?.affected[0]).toBe('2 of 13 attachments missing on the target');
});

test('whether one may go on depends on the other targets', () => {
  const alone = detect({ settingsNeedRepair: false, targets: [failedTarget] }, undefined, sampleNow);
  const beside = detect({ settingsNeedRepair: false, targets: [failedTarget, bucket] }, undefined, sampleNow);
  expect(alone[0]?.goOn).toContain('older backups stay');
  expect(beside[0]?.goOn).toBe('Yes: other targets go on.');
});

test('settings that need repair hide the targets: only the repair is asked for', () => {
  const findings = detect({ settingsNeedRepair: true, targets: [nas, newTarget] }, undefined, sampleNow);
  expect(findings.map((finding) => finding.id)).toEqual(['settings-need-repair']);
});

test('settings that need repair lead into the wizard', () => {
  const [finding] = detect({ settingsNeedRepair: true, targets: [] }, undefined, sampleNow);
  expect(finding?.steps).toEqual([{ type: 'wizard', wizard: 'repair', profileId: null }]);
});

test("the core's diagnosis says more than the answer alone, and takes its place", () => {
  const diagnosis = new Trouble({ settings: 'after-restore' }).diagnosis('home');
  const findings = detect({ settingsNeedRepair: true, targets: [] }, undefined, sampleNow, diagnosis);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({ id: 'settings-need-repair', certainty: 'proven' });
  expect(findings[0]?.evidence).toContain('restore');
  expect(findings[0]?.affected[0]).toContain('Attic NAS');
  expect(findings[0]?.steps).toEqual([{ type: 'wizard', wizard: 'repair', profileId: 'home' }]);
});

test('what the diagnosis finds and what the targets show stand side by side', () => {
  const diagnosis = new Trouble({ wraps: 'one' }).diagnosis('home');
  const findings = detect(
    { settingsNeedRepair: false, targets: [failedTarget] },
    undefined,
    sampleNow,
    diagnosis,
  );
  expect(findings.map((finding) => finding.id)).toEqual(['one-can-repair', 'failed:nas']);
});

test('a server without JWT_SECRET says so, and the command is given', () => {
  const words = 'Server configuration error: JWT_SECRET is not set or too weak';
  const findings = detect(undefined, coreError('jwt-secret-missing', { original: words }), sampleNow);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({
    original: words,
    command: 'wrangler secret put JWT_SECRET',
    tone: 'danger',
  });
});

test('a server that cannot be asked proves nothing', () => {
  expect(detect(undefined, coreError('host-unreachable'), sampleNow)).toEqual([]);
});

test('stopped runs of a log that was not read to its start have stopped since then at least', () => {
  const diagnosis = new Trouble({ settings: 'after-restore' }).diagnosis('home');
  const affected = diagnosis.findings[0]?.affected[0];
  if (affected?.type !== 'scheduled-backups') throw new Error('no scheduled backups');
  const finding = { ...diagnosis.findings[0]!, affected: [{ ...affected, sinceAtLeast: true }] };
  const [found] = detect(undefined, undefined, sampleNow, { ...diagnosis, findings: [finding] });
  expect(found?.affected[0]).toMatch(/Since .* at least\./);
});

test('what to do now is what the buttons lead to', () => {
  const now = (parts: ConstructorParameters<typeof Trouble>[0]) =>
    detect(undefined, undefined, sampleNow, new Trouble(parts).diagnosis('home'))[0]?.now;
  expect(now({ settings: 'after-restore' })).toContain('Repair the settings');
  expect(now({ settings: 'not-known' })).toContain('look for the old one first');
  expect(now({ settings: 'after-restore', wraps: 'others' })).toContain('older backup');
});
