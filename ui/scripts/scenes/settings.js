/**
 * Settings.
 *
 * @type {import('../scenes.js').Scene[]}
 */
export const settingsScenes = [
    { name: 'settings', state: 'healthy', place: '/settings' },
    {
        name: 'settings-about',
        state: 'healthy',
        place: '/settings',
        act: (page) => page.getByTestId('licences-show').scrollIntoViewIfNeeded(),
    },
    {
        name: 'settings-licences',
        state: 'healthy',
        place: '/settings',
        act: async (page) => {
            await page.getByTestId('licences-show').click();
            await page.getByTestId('licences-search').fill('svelte');
            await page.getByTestId('licence').first().click();
        },
    },
    {
        name: 'settings-watched',
        state: 'watched',
        place: '/settings',
        act: (page) => page.getByTestId('watch-autostart').scrollIntoViewIfNeeded(),
    },
    {
        name: 'settings-no-tray',
        state: 'no-tray',
        place: '/settings',
        act: (page) => page.getByTestId('watch-autostart').scrollIntoViewIfNeeded(),
    },
    {
        name: 'settings-practice',
        state: 'practice-running',
        place: '/settings',
        act: (page) => page.getByTestId('practice-faults').scrollIntoViewIfNeeded(),
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
        name: 'settings-rename',
        state: 'healthy',
        place: '/settings',
        act: async (page) => {
            await page.getByTestId('profile-rename').first().click();
            await page.getByTestId('rename-name').fill('keys.studio-nord.example');
            await page.getByTestId('rename-confirm').click();
            await page.locator('[aria-invalid=true]').waitFor();
        },
    },
    {
        name: 'settings-certificate',
        state: 'healthy',
        place: '/settings',
        act: async (page) => {
            await page.getByTestId('connection-button').first().click();
            await page.getByTestId('connection-ca-choose').click();
            await page.getByTestId('connection-ca-remove').waitFor();
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
        act: (page) => page.getByTestId('practice-faults').click(),
    },
    { name: 'settings-keyring', state: 'keyring-missing', place: '/settings' },
    {
        name: 'settings-remove',
        state: 'healthy',
        place: '/settings',
        act: (page) => page.getByTestId('profile-remove').first().click(),
    },
];
