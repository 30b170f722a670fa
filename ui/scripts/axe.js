// Looks for accessibility violations in every screen in every state, with axe in a real browser, which
// alone can judge contrast. Fails when there are any, or when anything moves although the system asks
// for reduced motion. `npm run axe -- [--all] [--shard 1/3] [pattern of names] [pattern of combinations]`,
// such as `npm run axe -- '^targets' 'dark'`. English is checked in light and Chinese in dark; with
// `--all`, each language in each theme.
import axe from 'axe-core';
import { languages, themes } from './stage.js';
import { apply, isAll, walk } from './walk.js';

const size = { width: 1280, height: 800 };

/** @param {import('playwright-core').Page} page @param {import('./walk.js').Note} note */
async function check(page, note) {
    if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
    const { violations, moving } = await page.evaluate(async () => {
        const moving = document
            .getAnimations()
            .filter((one) => Number(one.effect?.getComputedTiming().endTime) > 20)
            .map((one) => /** @type {KeyframeEffect} */ (one.effect).target?.outerHTML.slice(0, 160) ?? '');
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
        const { violations } = await /** @type {any} */ (window).axe.run(document, {
            runOnly: { type: 'tag', values: tags },
            rules: { 'target-size': { enabled: true } },
            // A menu is above the page as a dialog is; only that of a dialog is known to axe.
            checks: {
                region: {
                    options: {
                        regionMatcher:
                            'dialog, [role=dialog], [role=alertdialog], [role=menu], [role=listbox], svg',
                    },
                },
            },
            resultTypes: ['violations'],
        });
        return { violations, moving };
    });
    for (const { id, impact, nodes } of violations)
        for (const { html, any, all, none } of nodes) {
            const message = [...any, ...all, ...none][0]?.message ?? '';
            note(`${id} (${impact})`, html.slice(0, 200), message.split('\n')[0]);
        }
    for (const html of moving) note('moves', html);
}

await walk(
    languages.map((language, at) => ({
        look: { language, theme: themes[at] ?? 'light', size },
        views: (isAll ? themes : [themes[at] ?? 'light']).map((theme) => ({
            name: `${theme}.${language}`,
            check: async (page, note) => {
                await apply(page, theme);
                await check(page, note);
            },
        })),
    })),
);
