/** @typedef {import('playwright-core').Page} Page */

/**
 * Opens the settings of the server, so that this computer reaches the target.
 * @param {Page} page
 */
async function reach(page) {
    await page.getByTestId('work-secret').fill('correct horse');
    await page.getByTestId('work-open').click();
    await page.getByTestId('work-reached').waitFor();
}

/**
 * Shows the step that is open.
 * @param {Page} page
 */
async function toStep(page) {
    await page.locator('[data-testid="recovery-step"][aria-current="step"]').first().scrollIntoViewIfNeeded();
}

/**
 * Shows the end of a finished recovery.
 * @param {Page} page
 */
async function toEnd(page) {
    await page.getByTestId('case-close').scrollIntoViewIfNeeded();
}

/**
 * @param {string} state
 * @param {string} playbook
 * @param {(page: Page) => Promise<unknown>} act
 */
const scene = (state, playbook, act = state.endsWith('-done') ? toEnd : toStep) => ({
    name: state.replace(/^case-/, 'recovery-'),
    state,
    place: `/incidents/${playbook}?profile=home`,
    act,
});

/** Recoveries of targets, in every step. */
export const targetRecoveryScenes = [
    {
        name: 'recovery-stopped-begin',
        state: 'failed-target',
        place: '/incidents/target-stopped?profile=home',
    },
    {
        name: 'recovery-limit-begin',
        state: 'failed-target',
        place: '/incidents/subrequest-limit?profile=home',
    },
    {
        name: 'recovery-suspicious-begin',
        state: 'suspicious-backup',
        place: '/incidents/suspicious-backup?profile=home',
    },
    ...['read', 'save', 'find', 'keep', 'verify', 'drill'].map((step) =>
        scene(`case-suspicious-${step}`, 'suspicious-backup'),
    ),
    ...['look', 'here', 'login', 'full', 'blocked', 'back-up-here', 'verify'].map((step) =>
        scene(`case-stopped-${step}`, 'target-stopped'),
    ),
    ...['count', 'upload', 'verify', 'drill'].map((step) => scene(`case-limit-${step}`, 'subrequest-limit')),
    ...['keep', 'heal', 'done'].map((step) => scene(`case-folder-${step}`, 'deleted-folder')),
    ...['copies', 'again', 'done'].map((step) => scene(`case-skipped-${step}`, 'skipped-attachments')),
    {
        ...scene('case-stopped-here', 'target-stopped'),
        name: 'recovery-stopped-reached',
        act: async (/** @type {Page} */ page) => {
            await reach(page);
            await toStep(page);
        },
    },
    {
        ...scene('case-limit-upload', 'subrequest-limit'),
        name: 'recovery-limit-plan',
        act: async (/** @type {Page} */ page) => {
            await reach(page);
            await page.getByTestId('work-make-plan').click();
            await page.getByTestId('work-plan').waitFor();
            await toStep(page);
        },
    },
    ...['suspicious', 'stopped', 'limit'].map((name) => ({
        ...scene(
            `case-${name}-done`,
            { suspicious: 'suspicious-backup', stopped: 'target-stopped', limit: 'subrequest-limit' }[name] ??
                '',
            async (/** @type {Page} */ page) => {
                await page.getByTestId('case-close').click();
                await page.getByTestId('case-report').waitFor();
            },
        ),
        name: `recovery-${name}-report`,
    })),
];
