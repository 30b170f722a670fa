/** @typedef {import('playwright-core').Page} Page */

/**
 * Changes an open target and checks what saving would mean.
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
 * The editor of the targets.
 *
 * @type {import('../scenes.js').Scene[]}
 */
export const targetsScenes = [
    { name: 'targets-unknown-kind', state: 'unknown-target-kind', place: '/targets' },
    { name: 'targets-unknown-kind-one', state: 'unknown-target-kind', place: '/targets/future' },
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
        name: 'targets-test-waiting',
        state: 'no-answer',
        place: '/targets',
        act: async (page) => {
            await page.getByTestId('target-test').first().click();
            await page.getByTestId('stop-wait').waitFor();
        },
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
];
