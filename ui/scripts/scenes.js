import { activityScenes } from './scenes/activity.js';
import { backupsScenes } from './scenes/backups.js';
import { deskTargetScenes } from './scenes/desk-targets.js';
import { drillScenes } from './scenes/drill.js';
import { exportScenes } from './scenes/export.js';
import { helpScenes } from './scenes/help.js';
import { overviewScenes } from './scenes/overview.js';
import { restoreScenes } from './scenes/restore.js';
import { settingsScenes } from './scenes/settings.js';
import { signInScenes } from './scenes/sign-in.js';
import { targetRecoveryScenes } from './scenes/target-recoveries.js';
import { targetWorkScenes } from './scenes/target-work.js';
import { targetsScenes } from './scenes/targets.js';

/** @typedef {import('playwright-core').Page} Page */

const backup = 'nodewarden_backup_20261120_033014_9c41e.zip';

/**
 * Shows who could repair the settings.
 * @param {Page} page
 */
async function toRepairers(page) {
    await page.getByTestId('test-value-keep').scrollIntoViewIfNeeded();
}

/**
 * Opens backup settings with the master password.
 * @param {Page} page
 */
async function openSettings(page) {
    await page.getByTestId('open-password').fill('correct horse');
    await page.getByTestId('open-settings').click();
    await page.getByTestId('opened-target').first().waitFor();
}

/**
 * What `npm run shots` checks: a place of the window in a state of the sample
 * world (src/backend/sample/states.ts), and what to do there first.
 *
 * @typedef {{ name: string, state: string, place: string, act?: (page: Page) => Promise<unknown> }} Scene
 */

/** @type {Scene[]} */
export const scenes = [
    ...deskTargetScenes,
    ...drillScenes,
    ...exportScenes,
    ...helpScenes,
    ...signInScenes,
    ...overviewScenes,
    ...targetsScenes,
    ...targetRecoveryScenes,
    ...targetWorkScenes,
    ...backupsScenes,
    { name: 'incidents-none', state: 'healthy', place: '/incidents' },
    { name: 'incidents-targets', state: 'failed-target', place: '/incidents' },
    { name: 'incidents-unverified', state: 'unverified', place: '/incidents' },
    { name: 'incidents-suspicious', state: 'suspicious-backup', place: '/incidents' },
    { name: 'incidents-repair', state: 'needs-repair', place: '/incidents' },
    { name: 'incidents-jwt-secret', state: 'jwt-secret-missing', place: '/incidents' },
    { name: 'incidents-offline', state: 'offline', place: '/incidents' },
    { name: 'incidents-secret-changed', state: 'secret-changed', place: '/incidents' },
    {
        name: 'incidents-looked-at',
        state: 'settings-after-restore',
        place: '/incidents',
        act: async (page) => {
            await page.getByTestId('looked-at').locator('summary').click();
            await page.getByTestId('looked-at').scrollIntoViewIfNeeded();
        },
    },
    { name: 'incidents-likely', state: 'secret-likely-changed', place: '/incidents' },
    { name: 'incidents-not-known', state: 'cause-not-known', place: '/incidents' },
    { name: 'incidents-unreached', state: 'signed-out-unreachable', place: '/incidents?profile=home' },
    { name: 'incidents-no-wrap', state: 'no-wrap-for-me', place: '/incidents' },
    { name: 'incidents-signed-out', state: 'secret-missing', place: '/incidents?profile=home' },
    { name: 'incidents-nobody', state: 'signed-out', place: '/incidents' },
    { name: 'incidents-resume', state: 'case-put-secret', place: '/incidents?profile=home' },
    { name: 'overview-repairers', state: 'one-can-repair', place: '/overview', act: toRepairers },
    { name: 'overview-repairers-none', state: 'none-can-repair', place: '/overview', act: toRepairers },
    { name: 'recovery-branches', state: 'secret-missing', place: '/incidents/secret?profile=home' },
    { name: 'recovery-repair-begin', state: 'settings-after-restore', place: '/incidents/repair' },
    {
        name: 'recovery-find-secret',
        state: 'case-find-secret',
        place: '/incidents/secret',
        act: async (page) => {
            await page.getByTestId('candidate').fill('not-this-one-but-long-enough-0123456789');
            await page.getByTestId('candidate-add').click();
            await page.getByTestId('candidate').nth(1).fill('fixture-jwt-secret-A-0123456789abcdef');
            await page.getByTestId('candidates-test').click();
            await page.getByTestId('candidate-answer').nth(1).waitFor();
        },
    },
    {
        name: 'recovery-find-nearly',
        state: 'case-find-secret',
        place: '/incidents/secret',
        act: async (page) => {
            await page.getByTestId('candidate').fill('"fixture-jwt-secret-A-0123456789abcdef"');
            await page.getByTestId('candidates-test').click();
            await page.getByTestId('candidate-nearly').waitFor();
        },
    },
    {
        name: 'recovery-find-nonsense',
        state: 'case-find-secret',
        place: '/incidents/secret',
        act: async (page) => {
            await page.getByTestId('candidate').fill('anything');
            await page.locator('[data-testid=evidence-choice][data-value=pasted]').click();
            await page.getByTestId('evidence-pasted').fill('nonsense');
            await page.getByTestId('candidates-test').click();
            await page.getByTestId('failure').waitFor();
        },
    },
    { name: 'recovery-put-back', state: 'case-put-back', place: '/incidents/secret?profile=home' },
    {
        name: 'recovery-make-secret',
        state: 'case-make-secret',
        place: '/incidents/secret?profile=home',
        act: async (page) => {
            await page.getByTestId('make-secret').click();
            await page.getByTestId('secret-copy').click();
        },
    },
    { name: 'recovery-put-secret', state: 'case-put-secret', place: '/incidents/secret?profile=home' },
    {
        name: 'recovery-put-secret-clicks',
        state: 'case-put-secret',
        place: '/incidents/secret?profile=home',
        act: (page) => page.locator('[data-testid=put-secret-way][data-value=clicks]').click(),
    },
    { name: 'recovery-sign-in', state: 'case-sign-in', place: '/incidents/secret?profile=home' },
    { name: 'recovery-repair-open', state: 'case-repair', place: '/incidents/secret' },
    { name: 'recovery-repair-edit', state: 'case-repair', place: '/incidents/secret', act: openSettings },
    {
        name: 'recovery-repair-reveal',
        state: 'case-repair',
        place: '/incidents/secret',
        act: async (page) => {
            await openSettings(page);
            await page.getByTestId('reveal-secret').first().click();
            await page.getByTestId('edit-target').nth(1).click();
            await page.getByTestId('opened-target').first().scrollIntoViewIfNeeded();
        },
    },
    {
        name: 'recovery-repair-closed',
        state: 'case-lapsed',
        place: '/incidents/repair',
        act: async (page) => {
            await openSettings(page);
            await page.getByTestId('reopen-settings').waitFor();
        },
    },
    {
        name: 'recovery-few-kept',
        state: 'case-few-kept',
        place: '/incidents/repair',
        act: async (page) => {
            await openSettings(page);
            await page.getByTestId('opened-target').nth(1).scrollIntoViewIfNeeded();
        },
    },
    { name: 'recovery-session-over', state: 'case-session-over', place: '/incidents/repair' },
    { name: 'recovery-repair-cannot', state: 'case-cannot', place: '/incidents/repair' },
    {
        name: 'recovery-repair-anew',
        state: 'case-cannot',
        place: '/incidents/repair',
        act: async (page) => {
            await page.locator('[data-testid=repair-way][data-value=anew]').click();
            await page.getByTestId('type-anew').click();
            await page.getByTestId('opened-target').first().waitFor();
        },
    },
    {
        name: 'recovery-repair-running',
        state: 'case-repair',
        place: '/incidents/secret',
        act: async (page) => {
            await openSettings(page);
            await page.getByTestId('repair-start').click();
            await page.waitForTimeout(700);
        },
    },
    {
        name: 'recovery-repair-failed',
        state: 'repair-failing',
        place: '/incidents/repair',
        act: async (page) => {
            await openSettings(page);
            await page.getByTestId('repair-start').click();
            await page.getByTestId('repair-outcome').waitFor({ timeout: 15_000 });
        },
    },
    {
        name: 'recovery-repair-failed-later',
        state: 'repair-failing',
        place: '/incidents/repair',
        act: async (page) => {
            await openSettings(page);
            await page.getByTestId('repair-start').click();
            await page.getByTestId('repair-outcome').waitFor({ timeout: 15_000 });
            await page.getByTestId('case-leave').click();
            await page.getByTestId('resume-case').getByRole('link').click();
            await page.getByTestId('back-up-now').waitFor();
        },
    },
    { name: 'recovery-verify', state: 'case-verify', place: '/incidents/secret' },
    {
        name: 'recovery-tell-users',
        state: 'case-tell-users',
        place: '/incidents/secret',
        act: (page) => page.getByTestId('users-message').last().scrollIntoViewIfNeeded(),
    },
    {
        name: 'recovery-store-secret',
        state: 'case-tell-users',
        place: '/incidents/secret',
        act: async (page) => {
            await page.getByTestId('step-confirm').first().click();
            await page.getByTestId('save-sheet').scrollIntoViewIfNeeded();
        },
    },
    { name: 'recovery-done', state: 'case-done', place: '/incidents/secret' },
    {
        name: 'recovery-report',
        state: 'case-done',
        place: '/incidents/secret',
        act: (page) => page.getByTestId('case-close').click(),
    },
    { name: 'recovery-offline', state: 'healthy', place: '/incidents/offline' },
    {
        name: 'recovery-offline-accounts',
        state: 'healthy',
        place: '/incidents/offline?path=/home/mira/vault.zip',
    },
    {
        name: 'recovery-offline-nobody',
        state: 'healthy',
        place: '/incidents/offline?path=/home/mira/no-wrap.zip',
    },
    {
        name: 'recovery-offline-damaged',
        state: 'healthy',
        place: '/incidents/offline?path=/home/mira/settings-damaged.zip',
    },
    {
        name: 'recovery-offline-typed',
        state: 'healthy',
        place: '/incidents/offline?path=/home/mira/no-wrap.zip',
        act: async (page) => {
            await page.getByTestId('type-anew').click();
            await page.getByTestId('opened-target').first().waitFor();
        },
    },
    {
        name: 'recovery-offline-opened',
        state: 'healthy',
        place: '/incidents/offline?path=/home/mira/vault.zip',
        act: openSettings,
    },
    {
        name: 'recovery-offline-copy',
        state: 'healthy',
        place: '/incidents/offline?path=/home/mira/vault.zip',
        act: async (page) => {
            await openSettings(page);
            await page.getByTestId('copy-target').last().click();
            await page.getByRole('dialog').waitFor();
        },
    },
    {
        name: 'recovery-offline-direct',
        state: 'healthy',
        place: '/incidents/offline?path=/home/mira/vault.zip',
        act: async (page) => {
            await openSettings(page);
            await page.getByTestId('direct-show').first().click();
            await page.getByTestId('direct-row').first().waitFor();
        },
    },
    {
        name: 'recovery-offline-save',
        state: 'healthy',
        place: '/incidents/offline?path=/home/mira/vault.zip',
        act: async (page) => {
            await openSettings(page);
            await page.getByTestId('save-encrypted').click();
            await page.getByTestId('passphrase').fill('short');
            await page.getByTestId('save-encrypted-confirm').click();
        },
    },
    { name: 'inspect', state: 'healthy', place: '/inspect' },
    { name: 'inspect-empty', state: 'empty-target', place: '/inspect' },
    { name: 'inspect-reading', state: 'reading', place: '/inspect?path=/home/mira/vault.zip' },
    {
        name: 'inspect-stopped',
        state: 'reading',
        place: '/inspect?path=/home/mira/vault.zip',
        act: (page) => page.getByTestId('inspect-stop').click(),
    },
    {
        name: 'inspect-drop',
        state: 'healthy',
        place: '/inspect',
        act: (page) =>
            page.evaluate(() => {
                const detail = { type: 'over', paths: ['/home/mira/vault.zip'] };
                window.dispatchEvent(new CustomEvent('sample-drop', { detail }));
            }),
    },
    { name: 'inspect-whole', state: 'healthy', place: '/inspect?path=/home/mira/vault.zip' },
    { name: 'inspect-from-target', state: 'healthy', place: `/inspect?path=/home/mira/${backup}` },
    { name: 'inspect-no-admin', state: 'healthy', place: '/inspect?path=/home/mira/no-admin.zip' },
    { name: 'inspect-refused', state: 'healthy', place: '/inspect?path=/home/mira/finder.zip' },
    { name: 'inspect-renamed', state: 'healthy', place: '/inspect?path=/home/mira/renamed_41d09.zip' },
    { name: 'inspect-damaged', state: 'healthy', place: '/inspect?path=/home/mira/damaged_7ffc2.zip' },
    {
        name: 'inspect-damage',
        state: 'healthy',
        place: '/inspect?path=/home/mira/damaged_7ffc2.zip',
        act: async (page) => {
            await page.getByTestId('inspect-tab-checks').click();
            await page.getByTestId('damage-row').last().scrollIntoViewIfNeeded();
        },
    },
    {
        name: 'inspect-warnings',
        state: 'healthy',
        place: '/inspect?path=/home/mira/finder.zip',
        act: (page) => page.getByTestId('warning').last().scrollIntoViewIfNeeded(),
    },
    { name: 'inspect-unreadable', state: 'healthy', place: '/inspect?path=/home/mira/photo.zip' },
    { name: 'inspect-missing', state: 'healthy', place: '/inspect?path=/home/mira/missing.zip' },
    {
        name: 'inspect-kv',
        state: 'healthy',
        place: '/inspect?path=/home/mira/vault.zip',
        act: (page) => page.locator('[data-testid=inspect-storage][data-value=kv]').click(),
    },
    {
        name: 'inspect-kept',
        state: 'healthy',
        place: '/inspect?path=/home/mira/vault.zip',
        act: (page) => page.locator('[data-testid=inspect-existing][data-value=kept]').click(),
    },
    { name: 'inspect-folder', state: 'healthy', place: '/inspect?path=/home/mira/folder.zip' },
    {
        name: 'inspect-saved',
        state: 'healthy',
        place: '/inspect?path=/home/mira/finder.zip',
        act: async (page) => {
            await page.getByTestId('inspect-more').click();
            await page.getByTestId('inspect-clean').click();
            await page.getByRole('dialog').waitFor();
        },
    },
    {
        name: 'inspect-salvaged',
        state: 'healthy',
        place: '/inspect?path=/home/mira/damaged_7ffc2.zip',
        act: async (page) => {
            await page.getByTestId('inspect-salvage').click();
            await page.getByRole('dialog').waitFor();
        },
    },
    { name: 'inspect-locked', state: 'healthy', place: '/inspect?path=/home/mira/locked.zip' },
    {
        name: 'inspect-password',
        state: 'healthy',
        place: '/inspect?path=/home/mira/locked.zip',
        act: async (page) => {
            await page.getByTestId('inspect-unlock').click();
            await page.getByTestId('zip-password').fill('wrong');
            await page.getByTestId('zip-password-confirm').click();
            await page.locator('[aria-invalid=true]').waitFor();
        },
    },
    {
        name: 'inspect-menu',
        state: 'healthy',
        place: '/inspect?path=/home/mira/vault.zip',
        act: (page) => page.getByTestId('inspect-more').click(),
    },
    ...['contents', 'attachments', 'people', 'checks', 'secrets'].map((tab) => ({
        name: `inspect-tab-${tab}`,
        state: 'healthy',
        place: `/inspect?path=/home/mira/${tab === 'checks' ? 'damaged_7ffc2' : 'large'}.zip`,
        act: async (/** @type {Page} */ page) => {
            await page.getByTestId(`inspect-tab-${tab}`).click();
            await page.waitForTimeout(150);
            await page.getByTestId(`inspect-tab-${tab}`).evaluate((element) => element.scrollIntoView());
        },
    })),
    {
        name: 'inspect-many',
        state: 'healthy',
        place: '/inspect?path=/home/mira/vault.zip',
        act: async (page) => {
            for (const name of ['damaged_7ffc2', 'finder', 'no-admin', 'missing', 'index']) {
                await page.evaluate(
                    (path) => (location.hash = `#/inspect?path=${path}`),
                    `/home/mira/${name}.zip`,
                );
                await page.waitForTimeout(30);
            }
            await page.evaluate(() => (location.hash = '#/inspect'));
            await page.getByTestId('inspect-file').nth(5).waitFor();
        },
    },
    {
        name: 'inspect-compare',
        state: 'healthy',
        place: `/inspect?path=/home/mira/vault.zip&with=/home/mira/${backup}`,
    },
    ...restoreScenes,
    { name: 'incidents-gone', state: 'backups-gone', place: '/incidents' },
    { name: 'backups-gone', state: 'backups-gone', place: '/backups' },
    ...settingsScenes,
    ...activityScenes,
];
