/** @typedef {import('playwright-core').Page} Page */

/**
 * Asks to sign out.
 * @param {Page} page
 */
async function signOut(page) {
    await page.getByTestId('profile-switcher').click();
    await page.getByRole('menuitem').last().click();
}

/**
 * The overview, and coming to servers and leaving them.
 *
 * @type {import('../scenes.js').Scene[]}
 */
export const overviewScenes = [
    { name: 'overview', state: 'healthy', place: '/overview' },
    { name: 'overview-unverified', state: 'unverified', place: '/overview' },
    { name: 'overview-suspicious', state: 'suspicious-backup', place: '/overview' },
    { name: 'overview-gone', state: 'backups-gone', place: '/overview' },
    { name: 'overview-after-repair', state: 'after-repair', place: '/overview' },
    { name: 'overview-keyring', state: 'keyring-missing', place: '/overview' },
    { name: 'overview-loading', state: 'loading-forever', place: '/overview' },
    {
        name: 'overview-waiting',
        state: 'loading-forever',
        place: '/overview',
        act: (page) => page.getByTestId('stop-wait').waitFor(),
    },
    {
        name: 'overview-stopped',
        state: 'loading-forever',
        place: '/overview',
        act: (page) => page.getByTestId('stop-wait').click(),
    },
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
    {
        name: 'server-away',
        state: 'server-away',
        place: '/overview',
        act: async (page) => {
            await page.getByTestId('profile-switcher').click();
            await page.getByText('keys.studio-nord.example').click();
            await page.getByTestId('enter-failed').waitFor();
        },
    },
    {
        name: 'sign-out-jobs',
        state: 'job-running',
        place: '/overview',
        act: async (page) => {
            await signOut(page);
            await page.getByTestId('sign-out-dialog').waitFor();
        },
    },
    {
        name: 'sign-out-not-told',
        state: 'sign-out-not-told',
        place: '/overview',
        act: async (page) => {
            await signOut(page);
            await page.getByTestId('signed-out-dialog').waitFor();
        },
    },
    {
        name: 'overview-password-wrong',
        state: 'password-needed',
        place: '/overview',
        act: async (page) => {
            await page.getByTestId('back-up-now').click();
            await page.getByTestId('back-up-choice').first().click();
            await page.getByTestId('password-field').fill('not this one');
            await page.getByTestId('password-confirm').click();
        },
    },
];
