/** @typedef {import('playwright-core').Page} Page */

const backup = 'nodewarden_backup_20261120_033014_9c41e.zip';
const large = '/restore?file=/home/mira/large.zip';

/**
 * Opens the settings in a backup, up to the targets in them.
 * @param {Page} page
 */
async function toTargets(page) {
    await page.getByTestId('open-password').fill('correct horse');
    await page.getByTestId('open-settings').click();
    await page.getByTestId('open-target-use').first().waitFor();
}

/**
 * Chooses the first of them.
 * @param {Page} page
 */
async function chooseTarget(page) {
    await toTargets(page);
    await page.getByTestId('open-target-use').first().click();
}

/**
 * Restores: planned, confirmed, running, ended, and by way of a target.
 *
 * @type {import('../scenes.js').Scene[]}
 */
export const restoreScenes = [
    { name: 'restore', state: 'healthy', place: '/restore' },
    { name: 'restore-foreign', state: 'restore-foreign', place: `/restore?target=nas&path=${backup}` },
    { name: 'restore-incomplete', state: 'restore-incomplete', place: '/restore/17' },
    { name: 'restore-no-targets', state: 'no-targets', place: '/restore' },
    { name: 'restore-offline', state: 'offline', place: '/restore' },
    { name: 'restore-plan', state: 'healthy', place: `/restore?target=nas&path=${backup}` },
    {
        name: 'restore-go-on',
        state: 'healthy',
        place: `/restore?target=nas&path=${backup}`,
        act: (page) => page.getByTestId('restore-go-on').scrollIntoViewIfNeeded(),
    },
    {
        name: 'restore-confirm',
        state: 'healthy',
        place: `/restore?target=nas&path=${backup}`,
        act: async (page) => {
            await page.getByTestId('restore-go-on').click();
            await page.getByTestId('restore-confirm-input').fill('vault.lindqvist.example');
            await page.getByTestId('restore-start').scrollIntoViewIfNeeded();
        },
    },
    { name: 'restore-planning', state: 'planning', place: `/restore?target=nas&path=${backup}` },
    {
        name: 'restore-planning-long',
        state: 'loading-forever',
        place: `/restore?target=nas&path=${backup}`,
        act: (page) => page.getByTestId('stop-wait').waitFor(),
    },
    {
        name: 'restore-planning-stopped',
        state: 'loading-forever',
        place: `/restore?target=nas&path=${backup}`,
        act: (page) => page.getByTestId('stop-wait').click(),
    },
    {
        name: 'restore-waiting',
        state: 'loading-forever',
        place: '/restore',
        act: (page) => page.getByTestId('stop-wait').waitFor(),
    },
    { name: 'restore-plan-failed', state: 'offline', place: `/restore?target=nas&path=${backup}` },
    {
        name: 'restore-plan-warnings',
        state: 'restore-foreign',
        place: '/restore?file=/home/mira/no-admin.zip',
        act: (page) => page.getByTestId('restore-plan').waitFor(),
    },
    { name: 'restore-losses', state: 'restore-losses', place: '/restore?file=/home/mira/vault.zip' },
    { name: 'restore-fresh', state: 'restore-fresh', place: '/restore?file=/home/mira/vault.zip' },
    { name: 'restore-blocked', state: 'restore-blocked', place: `/restore?file=/home/mira/${backup}` },
    {
        name: 'restore-mismatch',
        state: 'restore-mismatch',
        place: '/restore?file=/home/mira/renamed_41d09.zip',
        act: (page) => page.getByTestId('restore-accept-mismatch').scrollIntoViewIfNeeded(),
    },
    {
        name: 'restore-lockout',
        state: 'restore-lockout',
        place: `/restore?target=nas&path=${backup}`,
        act: (page) => page.getByTestId('restore-expert').click(),
    },
    {
        name: 'restore-checklist',
        state: 'healthy',
        place: '/restore/17',
        act: (page) => page.getByTestId('restore-informed').scrollIntoViewIfNeeded(),
    },
    {
        name: 'restore-copies',
        state: 'healthy',
        place: '/restore/17',
        act: (page) => page.getByTestId('restore-copies').scrollIntoViewIfNeeded(),
    },
    { name: 'restore-running', state: 'restore-running', place: '/restore/91' },
    { name: 'restore-found', state: 'restore-found', place: '/restore/17' },
    { name: 'restore-attention', state: 'healthy', place: '/restore/17' },
    ...['succeeded', 'failed', 'cancelled', 'unknown', 'interrupted'].map((outcome) => ({
        name: `restore-${outcome}`,
        state: `restore-${outcome}`,
        place: '/restore/17',
    })),
    {
        name: 'restore-look-on-target',
        state: 'healthy',
        place: '/restore/17',
        act: async (page) => {
            await page.getByTestId('restore-look-on-target').click();
            await page.getByTestId('offline-file').click();
            await toTargets(page);
        },
    },
    {
        name: 'restore-looked-on-target',
        state: 'healthy',
        place: '/restore/17',
        act: async (page) => {
            await page.getByTestId('restore-look-on-target').click();
            await page.getByTestId('offline-file').click();
            await chooseTarget(page);
            await page.getByTestId('restore-copies-searched').waitFor();
            await page.getByTestId('restore-copies').scrollIntoViewIfNeeded();
        },
    },
    { name: 'staging-offered', state: 'restore-too-large', place: large },
    {
        name: 'staging-settings',
        state: 'restore-too-large',
        place: large,
        act: (page) => page.getByTestId('through-open').click(),
    },
    {
        name: 'staging-targets',
        state: 'restore-too-large',
        place: large,
        act: async (page) => {
            await page.getByTestId('through-open').click();
            await toTargets(page);
        },
    },
    {
        name: 'staging-chosen',
        state: 'restore-too-large',
        place: large,
        act: async (page) => {
            await page.getByTestId('through-open').click();
            await chooseTarget(page);
            await page.getByTestId('open-target').waitFor({ state: 'detached' });
        },
    },
    { name: 'staging-running', state: 'staging-running', place: '/activity/902' },
    { name: 'staging-done', state: 'staging-done', place: '/activity/901' },
    {
        name: 'staging-remove',
        state: 'staging-done',
        place: '/activity/901',
        act: async (page) => {
            await page.getByTestId('staged-remove').click();
            await page.getByTestId('offline-file').click();
            await chooseTarget(page);
            await page.getByTestId('staged-list').waitFor();
        },
    },
    { name: 'staging-failed', state: 'staging-failed', place: '/activity/901' },
];
