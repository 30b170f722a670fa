/** @typedef {import('playwright-core').Page} Page */

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
 * Chooses three backups.
 * @param {Page} page
 */
async function choose(page) {
    for (const line of [2, 5, 6]) await page.getByTestId('select-row').nth(line).click();
}

/**
 * The table of backups.
 *
 * @type {import('../scenes.js').Scene[]}
 */
export const backupsScenes = [
    { name: 'backups', state: 'healthy', place: '/backups' },
    { name: 'backups-suspicious', state: 'suspicious-backup', place: '/backups' },
    {
        name: 'backups-menu',
        state: 'healthy',
        place: '/backups',
        act: (page) => page.getByTestId('backup-menu').nth(1).click(),
    },
    { name: 'backups-folder', state: 'healthy', place: '/backups?from=nas&path=attachments' },
    { name: 'backups-computer', state: 'healthy', place: '/backups?from=computer' },
    { name: 'backups-loading', state: 'loading-forever', place: '/backups?from=nas' },
    {
        name: 'backups-waiting',
        state: 'loading-forever',
        place: '/backups?from=nas',
        act: (page) => page.getByTestId('stop-wait').waitFor(),
    },
    {
        name: 'backups-stopped',
        state: 'loading-forever',
        place: '/backups?from=nas',
        act: (page) => page.getByTestId('stop-wait').click(),
    },
    {
        name: 'backups-delete-waiting',
        state: 'no-answer',
        place: '/backups',
        act: async (page) => {
            await deleteRow(page, 2);
            await page.getByTestId('stop-wait').waitFor();
        },
    },
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
    { name: 'backups-refused', state: 'refused-backup', place: '/backups' },
    {
        name: 'backups-delete-many',
        state: 'many-backups',
        place: '/backups',
        act: async (page) => {
            await page.getByTestId('select-all').click();
            await page.getByTestId('selection-delete').click();
            await page.getByTestId('delete-dialog').waitFor();
        },
    },
];
