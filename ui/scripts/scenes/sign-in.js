/** @typedef {import('playwright-core').Page} Page */

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
 * The first run and signing in.
 *
 * @type {import('../scenes.js').Scene[]}
 */
export const signInScenes = [
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
    { name: 'sign-in-gateway', state: 'gateway', place: '/sign-in', act: signIn },
    { name: 'sign-in-proxy', state: 'proxy', place: '/sign-in', act: signIn },
    { name: 'sign-in-self-signed', state: 'self-signed', place: '/sign-in', act: signIn },
    {
        name: 'sign-in-waiting',
        state: 'no-answer',
        place: '/sign-in',
        act: async (page) => {
            await signIn(page);
            await page.getByTestId('stop-wait').waitFor();
        },
    },
    {
        name: 'sign-in-stopped',
        state: 'no-answer',
        place: '/sign-in',
        act: async (page) => {
            await signIn(page);
            await page.getByTestId('stop-wait').click();
        },
    },
    { name: 'sign-in-daily-quota', state: 'daily-quota', place: '/sign-in', act: signIn },
    {
        name: 'sign-in-second-address',
        state: 'second-address',
        place: '/sign-in',
        act: async (page) => {
            await page.getByTestId('sign-in-server').fill('https://nas.lindqvist.example');
            await page.getByTestId('sign-in-email').fill('mira@lindqvist.example');
            await page.getByTestId('sign-in-password').fill('correct horse');
            await page.getByTestId('sign-in-name').fill('Home');
            await page.getByTestId('sign-in-submit').click();
            await page.getByTestId('same-server-dialog').waitFor();
        },
    },
];
