/**
 * Activity.
 *
 * @type {import('../scenes.js').Scene[]}
 */
export const activityScenes = [
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
    { name: 'activity-answer-lost', state: 'answer-lost', place: '/activity/30' },
    { name: 'activity-list-lost', state: 'answer-lost', place: '/activity' },
    { name: 'activity-stopped', state: 'backup-stopped', place: '/activity/30' },
    { name: 'activity-delete-stopped', state: 'delete-stopped', place: '/activity/30' },
];
