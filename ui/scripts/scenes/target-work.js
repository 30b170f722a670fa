/**
 * Work on targets directly: asked for, and how it ended.
 *
 * @type {import('../scenes.js').Scene[]}
 */
export const targetWorkScenes = [
    { name: 'target-broken', state: 'target-broken', place: '/activity/910' },
    { name: 'target-sound', state: 'target-sound', place: '/activity/910' },
    { name: 'target-verified', state: 'target-verified', place: '/activity/910' },
    { name: 'target-changed', state: 'target-changed', place: '/activity/910' },
    { name: 'target-healed', state: 'target-healed', place: '/activity/910' },
    { name: 'target-ended', state: 'target-ended', place: '/activity/910' },
    { name: 'target-copied', state: 'target-copied', place: '/activity/910' },
    { name: 'target-work-reach', state: 'healthy', place: '/overview', act: ask },
    { name: 'target-work-examine', state: 'healthy', place: '/overview', act: reach },
    {
        name: 'target-work-verify',
        state: 'healthy',
        place: '/overview',
        act: (page) => choose(page, 'verify'),
    },
    {
        name: 'target-work-plan',
        state: 'healthy',
        place: '/overview',
        act: async (page) => {
            await choose(page, 'heal');
            await page.getByTestId('work-make-plan').click();
            await page.getByTestId('work-plan').scrollIntoViewIfNeeded();
        },
    },
    { name: 'target-work-copy', state: 'healthy', place: '/overview', act: (page) => choose(page, 'copy') },
];

/** @param {import('playwright-core').Page} page */
async function ask(page) {
    await page.getByTestId('card-check').first().click();
    await page.getByTestId('work-reach').waitFor();
}

/** @param {import('playwright-core').Page} page */
async function reach(page) {
    await ask(page);
    await page.getByTestId('work-secret').fill('correct horse');
    await page.getByTestId('work-open').click();
    await page.getByTestId('work-reached').waitFor();
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} work
 */
async function choose(page, work) {
    await reach(page);
    await page.locator(`[data-testid=work-choice][data-value=${work}]`).click();
}
