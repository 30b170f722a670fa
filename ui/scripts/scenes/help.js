/** @typedef {import('playwright-core').Page} Page */

/**
 * Opens the help at a page.
 * @param {string} name
 */
const at = (name) => async (/** @type {Page} */ page) => {
    await page.getByTestId('screen-title').waitFor();
    await page.keyboard.press('?');
    await page.locator(`[data-testid=help-entry][data-page=${name}]`).click();
    await page.locator(`[data-testid=help-article][data-page=${name}]`).waitFor();
};

/** @type {import('../scenes.js').Scene[]} */
export const helpScenes = ['shortcuts', 'secret', 'skipped-attachments', 'offline'].map((name) => ({
    name: `help-${name}`,
    state: 'healthy',
    place: '/overview',
    act: at(name),
}));
