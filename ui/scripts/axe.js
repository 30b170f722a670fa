// Looks for accessibility violations in every screen in every state, with axe in a real browser, which
// alone can judge contrast. Fails when there are any, or when anything moves although the system asks
// for reduced motion. `npm run axe -- [pattern of names] [pattern of combinations]`, such as
// `npm run axe -- '^targets' 'dark'`. Each theme and each language is looked at once; with `all`
// before the patterns, each theme in each language.
import axe from 'axe-core';
import { scenes } from './scenes.js';
import { languages, openStage, themes } from './stage.js';

const [all, names, looks] =
    process.argv[2] === 'all' ? [true, ...process.argv.slice(3)] : [false, ...process.argv.slice(2)];
const wanted = scenes.filter((scene) => new RegExp(names ?? '').test(scene.name));
const combinations = themes
    .flatMap((theme, at) =>
        (all ? languages : [languages[at] ?? 'en']).map((language) => ({ theme, language })),
    )
    .filter(({ theme, language }) => new RegExp(looks ?? '').test(`${theme}.${language}`));
/** Pages that are looked at at the same time. */
const together = 3;

const stage = await openStage(process.env['SAMPLE_BUILD']);
/** @type {Map<string, { nodes: number, places: Set<string>, example: string }>} */
const found = new Map();
let looked = 0;

/** @param {string} what @param {string} place @param {string} example @param {number} nodes */
function note(what, place, example, nodes = 1) {
    const known = found.get(what) ?? { nodes: 0, places: new Set(), example };
    known.nodes += nodes;
    known.places.add(place);
    found.set(what, known);
}

/** @param {import('playwright-core').BrowserContext} context @param {import('./scenes.js').Scene} scene @param {string} theme */
async function look(context, scene, theme) {
    const page = await stage.open(context, scene, (what) => note(`page: ${what}`, scene.name, ''));
    await page.evaluate(axe.source);
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
    looked += 1;
    for (const { id, impact, nodes } of violations) {
        const first = nodes[0];
        const example = `${theme}: ${first?.html.slice(0, 200)} ${[...first.any, ...first.all, ...first.none][0]?.message ?? ''}`;
        note(`${id} (${impact})`, scene.name, example, nodes.length);
    }
    if (moving.length > 0) note('moves', scene.name, moving[0] ?? '', moving.length);
    await page.close();
}

for (const { theme, language } of combinations) {
    const context = await stage.window({ language, theme, size: { width: 1280, height: 800 } });
    const left = [...wanted];
    await Promise.all(
        Array.from({ length: together }, async () => {
            for (let scene = left.shift(); scene; scene = left.shift()) await look(context, scene, theme);
        }),
    );
    await context.close();
}
await stage.close();

console.log(`${wanted.length} scenes, ${looked} states looked at`);
for (const [what, { nodes, places, example }] of found) {
    console.error(
        `${what}: ${nodes} in ${places.size} scenes (${[...places].slice(0, 6).join(', ')})\n    ${example}`,
    );
}
process.exit(found.size > 0 ? 1 : 0);
