/** @typedef {import('playwright-core').Page} Page */

const backup = 'nodewarden_backup_20261120_033014_9c41e.zip';

/**
 * Fills the sign-in form and sends it.
 * @param {Page} page
 */
async function signIn(page) {
    await page.getByTestId('sign-in-server').fill('https://vault.lindqvist.example');
    await page.getByTestId('sign-in-email').fill('mira@lindqvist.example');
    await page.getByTestId('sign-in-password').fill('not this one');
    await page.getByTestId('sign-in-submit').click();
}

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
 * Asks to delete the backup in this line.
 * @param {Page} page
 * @param {number} line
 */
async function deleteRow(page, line) {
    await page.getByTestId('backup-menu').nth(line).click();
    await page.getByTestId('row-delete').click();
    await page.getByTestId('delete-dialog').waitFor();
}

/**
 * Changes an open target and looks at what saving would mean.
 * @param {Page} page
 */
async function review(page) {
    await page.getByTestId('target-field-name').fill('Cellar NAS');
    await page.getByTestId('target-field-intervalHours').fill('6');
    await page.waitForTimeout(200);
    await page.getByTestId('targets-save').click();
    await page.getByTestId('review-dialog').waitFor();
}

/**
 * Chooses three backups.
 * @param {Page} page
 */
async function choose(page) {
    for (const line of [2, 5, 6]) await page.getByTestId('select-row').nth(line).click();
}

/**
 * What `npm run shots` looks at: a place of the window in a state of the sample
 * world (src/backend/sample/states.ts), and what to do there first.
 *
 * @type {{ name: string, state: string, place: string, act?: (page: Page) => Promise<unknown> }[]}
 */
export const scenes = [
    { name: 'first-run', state: 'first-run', place: '/welcome' },
    { name: 'first-run-known-servers', state: 'signed-out', place: '/welcome' },
    { name: 'start-failed', state: 'start-failed', place: '/' },
    { name: 'sign-in', state: 'first-run', place: '/sign-in' },
    {
        name: 'sign-in-missing',
        state: 'first-run',
        place: '/sign-in',
        act: (page) => page.getByTestId('sign-in-submit').click(),
    },
    { name: 'sign-in-wrong-password', state: 'signed-out', place: '/sign-in?profile=home', act: signIn },
    { name: 'sign-in-locked', state: 'account-locked', place: '/sign-in', act: signIn },
    { name: 'sign-in-jwt-secret', state: 'jwt-secret-missing', place: '/sign-in', act: signIn },
    { name: 'sign-in-two-step', state: 'two-step', place: '/sign-in', act: signIn },
    {
        name: 'sign-in-recovery-code',
        state: 'two-step',
        place: '/sign-in',
        act: async (page) => {
            await signIn(page);
            await page.getByRole('radio').last().click();
        },
    },
    {
        name: 'sign-in-connection',
        state: 'first-run',
        place: '/sign-in',
        act: async (page) => {
            await page.getByTestId('sign-in-connection').click();
            await page.getByTestId('connection-header-add').click();
            await page.getByTestId('connection-proxy').fill('http://proxy:3128');
        },
    },
    {
        name: 'sign-in-http',
        state: 'first-run',
        place: '/sign-in',
        act: (page) => page.getByTestId('sign-in-server').fill('http://192.168.1.4:8787'),
    },
    { name: 'sign-in-browser-only', state: 'browser-only-two-step', place: '/sign-in', act: signIn },
    { name: 'overview', state: 'healthy', place: '/overview' },
    { name: 'overview-unverified', state: 'unverified', place: '/overview' },
    { name: 'overview-keyring', state: 'keyring-missing', place: '/overview' },
    { name: 'overview-loading', state: 'loading-forever', place: '/overview' },
    { name: 'overview-failed-target', state: 'failed-target', place: '/overview' },
    { name: 'overview-new-target', state: 'empty-target', place: '/overview' },
    { name: 'overview-no-targets', state: 'no-targets', place: '/overview' },
    { name: 'overview-needs-repair', state: 'needs-repair', place: '/overview' },
    { name: 'overview-offline', state: 'offline', place: '/overview' },
    { name: 'overview-session-ended', state: 'session-ended', place: '/overview' },
    { name: 'overview-jobs', state: 'job-running', place: '/overview' },
    {
        name: 'overview-choose-target',
        state: 'healthy',
        place: '/overview',
        act: (page) => page.getByTestId('back-up-now').click(),
    },
    {
        name: 'overview-password',
        state: 'password-needed',
        place: '/overview',
        act: async (page) => {
            await page.getByTestId('back-up-now').click();
            await page.getByTestId('back-up-choice').first().click();
            await page.getByTestId('password-field').waitFor();
        },
    },
    {
        name: 'profile-switcher',
        state: 'healthy',
        place: '/overview',
        act: (page) => page.getByTestId('profile-switcher').click(),
    },
    { name: 'targets', state: 'mistaken-target', place: '/targets' },
    { name: 'targets-empty', state: 'no-targets', place: '/targets' },
    { name: 'targets-loading', state: 'loading-forever', place: '/targets' },
    { name: 'targets-repair', state: 'needs-repair', place: '/targets' },
    { name: 'targets-not-admin', state: 'not-administrator', place: '/targets' },
    { name: 'targets-offline', state: 'offline', place: '/targets' },
    { name: 'targets-add', state: 'healthy', place: '/targets/new' },
    { name: 'targets-webdav', state: 'healthy', place: '/targets/nas' },
    {
        name: 'targets-mistaken',
        state: 'mistaken-target',
        place: '/targets/mistaken',
        act: (page) => page.waitForTimeout(200),
    },
    {
        name: 'targets-schedule',
        state: 'mistaken-target',
        place: '/targets/mistaken',
        act: async (page) => {
            await page.getByTestId('target-field-retentionCount').scrollIntoViewIfNeeded();
            await page.waitForTimeout(200);
        },
    },
    {
        name: 'targets-zone',
        state: 'healthy',
        place: '/targets/nas',
        act: async (page) => {
            await page.getByTestId('target-field-timezone').fill('');
            await page.getByTestId('target-field-timezone').pressSequentially('shang');
            await page.waitForTimeout(200);
        },
    },
    {
        name: 'targets-menu',
        state: 'healthy',
        place: '/targets',
        act: (page) => page.getByTestId('target-menu').first().click(),
    },
    {
        name: 'targets-remove',
        state: 'healthy',
        place: '/targets',
        act: async (page) => {
            await page.getByTestId('target-menu').first().click();
            await page.getByTestId('target-remove').click();
        },
    },
    {
        name: 'targets-review',
        state: 'mistaken-target',
        place: '/targets/mistaken',
        act: (page) => review(page),
    },
    {
        name: 'targets-conflict',
        state: 'changed-elsewhere',
        place: '/targets/nas',
        act: async (page) => {
            await review(page);
            await page.getByTestId('review-save').click();
            await page.getByTestId('review-conflict').waitFor();
        },
    },
    {
        name: 'targets-merged',
        state: 'changed-elsewhere',
        place: '/targets/nas',
        act: async (page) => {
            await review(page);
            await page.getByTestId('review-save').click();
            await page.getByTestId('review-keep').click();
            await page.waitForTimeout(200);
        },
    },
    {
        name: 'targets-leave',
        state: 'healthy',
        place: '/targets/nas',
        act: async (page) => {
            await page.getByTestId('target-field-name').fill('Cellar');
            await page.waitForTimeout(200);
            await page.getByTestId('nav-backups').click();
        },
    },
    {
        name: 'targets-test',
        state: 'healthy',
        place: '/targets',
        act: (page) => page.getByTestId('target-test').first().click(),
    },
    {
        name: 'targets-test-not-writable',
        state: 'read-only-target',
        place: '/targets',
        act: async (page) => {
            await page.getByTestId('target-test').first().click();
            await page.getByTestId('target-test-write').click();
            await page.getByText('403').first().waitFor();
        },
    },
    { name: 'backups', state: 'healthy', place: '/backups' },
    {
        name: 'backups-menu',
        state: 'healthy',
        place: '/backups',
        act: (page) => page.getByTestId('backup-menu').nth(1).click(),
    },
    { name: 'backups-folder', state: 'healthy', place: '/backups?from=nas&path=attachments' },
    { name: 'backups-computer', state: 'healthy', place: '/backups?from=computer' },
    { name: 'backups-loading', state: 'loading-forever', place: '/backups?from=nas' },
    { name: 'backups-empty', state: 'empty-target', place: '/backups' },
    { name: 'backups-computer-empty', state: 'empty-target', place: '/backups?from=computer' },
    { name: 'backups-failed', state: 'target-unreachable', place: '/backups' },
    { name: 'backups-offline', state: 'offline', place: '/backups' },
    {
        name: 'backups-no-match',
        state: 'healthy',
        place: '/backups',
        act: (page) => page.getByTestId('backups-filter').fill('1999'),
    },
    { name: 'backups-many', state: 'many-backups', place: '/backups' },
    { name: 'backups-delete', state: 'healthy', place: '/backups', act: (page) => deleteRow(page, 2) },
    {
        name: 'backups-delete-refused',
        state: 'last-good',
        place: '/backups',
        act: (page) => deleteRow(page, 0),
    },
    { name: 'backups-chosen', state: 'healthy', place: '/backups', act: choose },
    {
        name: 'backups-taken',
        state: 'healthy',
        place: '/backups',
        act: async (page) => {
            await page.getByTestId('backup-menu').first().click();
            await page.getByTestId('row-download').click();
            await page.getByTestId('taken-dialog').waitFor();
        },
    },
    {
        name: 'backups-queue',
        state: 'healthy',
        place: '/backups',
        act: async (page) => {
            await choose(page);
            await page.getByTestId('selection-check-deep').click();
            await page.getByTestId('queue-waiting').waitFor();
        },
    },
    {
        name: 'backups-delete-several',
        state: 'healthy',
        place: '/backups',
        act: async (page) => {
            await choose(page);
            await page.getByTestId('selection-delete').click();
        },
    },
    { name: 'incidents-none', state: 'healthy', place: '/incidents' },
    { name: 'incidents-targets', state: 'failed-target', place: '/incidents' },
    { name: 'incidents-unverified', state: 'unverified', place: '/incidents' },
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
            await page.getByTestId('candidate').nth(1).fill('correct-horse-battery-staple-0123456789');
            await page.getByTestId('candidates-test').click();
            await page.getByTestId('candidate-answer').nth(1).waitFor();
        },
    },
    {
        name: 'recovery-find-nearly',
        state: 'case-find-secret',
        place: '/incidents/secret',
        act: async (page) => {
            await page.getByTestId('candidate').fill('"correct-horse-battery-staple-0123456789"');
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
    { name: 'settings', state: 'healthy', place: '/settings' },
    {
        name: 'settings-practice',
        state: 'practice-running',
        place: '/settings',
        act: (page) => page.getByTestId('practice-break').scrollIntoViewIfNeeded(),
    },
    {
        name: 'settings-connection',
        state: 'healthy',
        place: '/settings',
        act: async (page) => {
            await page.getByTestId('connection-button').first().click();
            await page.getByTestId('connection-proxy').fill('http://proxy.example.org:3128');
            await page.getByTestId('connection-header-add').click();
            await page.getByTestId('connection-header-name').fill('CF-Access-Client-Id');
            await page.getByTestId('connection-header-value').fill('8f2c');
            await page.getByTestId('connection-save').click();
            await page.getByRole('status').first().waitFor();
        },
    },
    {
        name: 'settings-locked',
        state: 'healthy',
        place: '/settings',
        act: (page) => page.getByTestId('lock-now').click(),
    },
    {
        name: 'settings-break',
        state: 'practice-running',
        place: '/settings',
        act: (page) => page.getByTestId('practice-break').click(),
    },
    { name: 'settings-keyring', state: 'keyring-missing', place: '/settings' },
    {
        name: 'settings-remove',
        state: 'healthy',
        place: '/settings',
        act: (page) => page.getByTestId('profile-remove').first().click(),
    },
    { name: 'inspect', state: 'healthy', place: '/inspect' },
    { name: 'inspect-empty', state: 'empty-target', place: '/inspect' },
    { name: 'inspect-reading', state: 'loading-forever', place: '/inspect?path=/home/mira/vault.zip' },
    { name: 'inspect-whole', state: 'healthy', place: '/inspect?path=/home/mira/vault.zip' },
    { name: 'inspect-from-target', state: 'healthy', place: `/inspect?path=/home/mira/${backup}` },
    { name: 'inspect-no-admin', state: 'healthy', place: '/inspect?path=/home/mira/no-admin.zip' },
    { name: 'inspect-refused', state: 'healthy', place: '/inspect?path=/home/mira/finder.zip' },
    { name: 'inspect-renamed', state: 'healthy', place: '/inspect?path=/home/mira/renamed_41d09.zip' },
    { name: 'inspect-damaged', state: 'healthy', place: '/inspect?path=/home/mira/damaged_7ffc2.zip' },
    { name: 'inspect-unreadable', state: 'healthy', place: '/inspect?path=/home/mira/photo.zip' },
    { name: 'inspect-missing', state: 'healthy', place: '/inspect?path=/home/mira/missing.zip' },
    {
        name: 'inspect-kv',
        state: 'healthy',
        place: '/inspect?path=/home/mira/vault.zip',
        act: (page) => page.locator('[data-testid=inspect-storage][data-value=kv]').click(),
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
    { name: 'restore', state: 'healthy', place: '/restore' },
    { name: 'restore-no-targets', state: 'no-targets', place: '/restore' },
    { name: 'restore-offline', state: 'offline', place: '/restore' },
    { name: 'restore-plan', state: 'healthy', place: `/restore?target=nas&path=${backup}` },
    {
        name: 'restore-confirm',
        state: 'healthy',
        place: `/restore?target=nas&path=${backup}`,
        act: async (page) => {
            await page.getByTestId('restore-confirm-input').fill('vault.lindqvist.example');
            await page.getByTestId('restore-start').scrollIntoViewIfNeeded();
        },
    },
    { name: 'restore-planning', state: 'planning', place: `/restore?target=nas&path=${backup}` },
    { name: 'restore-plan-failed', state: 'offline', place: `/restore?target=nas&path=${backup}` },
    { name: 'restore-losses', state: 'restore-losses', place: '/restore?file=/home/mira/vault.zip' },
    { name: 'restore-fresh', state: 'restore-fresh', place: '/restore?file=/home/mira/vault.zip' },
    { name: 'restore-blocked', state: 'restore-blocked', place: `/restore?file=/home/mira/${backup}` },
    {
        name: 'restore-mismatch',
        state: 'restore-mismatch',
        place: '/restore?file=/home/mira/renamed_41d09.zip',
        act: (page) => page.getByTestId('restore-accept-mismatch').scrollIntoViewIfNeeded(),
    },
    { name: 'restore-running', state: 'restore-running', place: '/restore/91' },
    { name: 'restore-attention', state: 'healthy', place: '/restore/17' },
    ...['succeeded', 'failed', 'cancelled', 'unknown', 'interrupted'].map((outcome) => ({
        name: `restore-${outcome}`,
        state: `restore-${outcome}`,
        place: '/restore/17',
    })),
    { name: 'activity', state: 'healthy', place: '/activity' },
    { name: 'activity-empty', state: 'no-history', place: '/activity' },
    { name: 'activity-loading', state: 'loading-forever', place: '/activity' },
    {
        name: 'activity-no-match',
        state: 'healthy',
        place: '/activity',
        act: (page) => page.getByTestId('activity-state').selectOption('interrupted'),
    },
    { name: 'activity-no-log', state: 'not-administrator', place: '/activity' },
    {
        name: 'activity-log',
        state: 'healthy',
        place: '/activity',
        act: async (page) => {
            await page.getByTestId('activity-source').selectOption('log');
            await page.locator('[data-testid=log-row][data-failed=true]').first().click();
        },
    },
    { name: 'activity-backup', state: 'healthy', place: '/activity/14' },
    { name: 'activity-failed', state: 'healthy', place: '/activity/16' },
    { name: 'activity-restore', state: 'healthy', place: '/activity/17' },
    { name: 'activity-check', state: 'healthy', place: '/activity/12' },
    { name: 'activity-delete', state: 'healthy', place: '/activity/11' },
];
