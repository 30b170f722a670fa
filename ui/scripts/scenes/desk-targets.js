/**
 * Desk targets: the list, the form, and how backups to them ended.
 *
 * @type {import('../scenes.js').Scene[]}
 */
export const deskTargetScenes = [
    { name: 'desk-targets', state: 'healthy', place: '/desk-targets' },
    { name: 'desk-targets-empty', state: 'no-desk-targets', place: '/desk-targets' },
    {
        name: 'desk-targets-add',
        state: 'healthy',
        place: '/desk-targets',
        act: (page) => page.getByTestId('desk-target-add').click(),
    },
    {
        name: 'desk-targets-webdav',
        state: 'healthy',
        place: '/desk-targets',
        act: async (page) => {
            await page.getByTestId('desk-target-menu').nth(1).click();
            await page.getByTestId('desk-target-edit').click();
        },
    },
    {
        name: 'desk-targets-remove',
        state: 'healthy',
        place: '/desk-targets',
        act: async (page) => {
            await page.getByTestId('desk-target-menu').first().click();
            await page.getByTestId('desk-target-remove').click();
        },
    },
    { name: 'desk-backup-whole', state: 'desk-backup-whole', place: '/activity/900' },
    { name: 'desk-backup-lacking', state: 'desk-backup-lacking', place: '/activity/900' },
];
