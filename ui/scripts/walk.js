// Opens every scene in every combination and checks it, or takes its picture: what `npm run axe`, `npm run layout`
// and `npm run shots` share.
// A scene that fails or hangs is noted, and the others still run. Progress is on stderr.
import { parseArgs } from 'node:util';
import { scenes } from './scenes.js';
import { openStage } from './stage.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('./scenes.js').Scene} Scene */
/** @typedef {import('./stage.js').Look} Look */
/**
 * Notes a finding: its kind, what it is about, and an example where it helps.
 * @typedef {(kind: string, what: string, example?: string) => void} Note
 */
/**
 * How a scene is opened, and what is checked in it, one after the other: what a page can change
 * without being opened again, such as its size or theme.
 * @typedef {{ look: Look, views: { name: string, check: (page: Page, note: Note, scene: string) => Promise<unknown> }[] }} Visit
 */

/** Pages that are open at the same time. */
const together = 3;
/** A scene that takes longer hangs. */
const patience = 90_000;

const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { all: { type: 'boolean', default: false }, shard: { type: 'string', default: '1/1' } },
});
const [names = '', looks = ''] = positionals;

/** Whether each theme is wanted in each language. */
export const isAll = values.all;
/** Whether no scene and no combination is left out. */
export const isEverything = positionals.length === 0 && values.shard === '1/1';

/** The scenes that are wanted, every n-th of them with `--shard`. */
function wantedScenes() {
    const [part = 1, of = 1] = values.shard.split('/').map(Number);
    return scenes.filter(({ name }) => new RegExp(names).test(name)).filter((_, at) => at % of === part - 1);
}

/** @param {Promise<unknown>} work */
function withPatience(work) {
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`not finished within ${patience / 1000} s`)), patience);
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/**
 * Runs the checks of all visits on all wanted scenes, prints what they find, and ends the process:
 * with 1 if there is anything.
 * @param {Visit[]} visits
 */
export async function walk(visits) {
    const wanted = wantedScenes();
    const pattern = new RegExp(looks);
    const chosen = visits
        .map(({ look, views }) => ({ look, views: views.filter(({ name }) => pattern.test(name)) }))
        .filter(({ views }) => views.length > 0);
    /** @type {Map<string, Map<string, { times: number, scenes: Set<string>, views: Set<string>, example: string }>>} */
    const found = new Map();
    const pages = wanted.length * chosen.length;
    let done = 0;
    let states = 0;
    const began = Date.now();

    /** @param {string} scene @param {string} view @returns {Note} */
    const noteOf =
        (scene, view) =>
        (kind, what, example = '') => {
            const kinds = found.get(kind) ?? new Map();
            if (!kinds.has(what)) console.error(`${scene} (${view}): ${kind}: ${what}`);
            const known = kinds.get(what) ?? { times: 0, scenes: new Set(), views: new Set(), example };
            known.times += 1;
            known.scenes.add(scene);
            known.views.add(view);
            found.set(kind, kinds.set(what, known));
        };

    const stage = await openStage(process.env['SAMPLE_BUILD']);
    for (const { look, views } of chosen) {
        const context = await stage.window(look);
        const left = [...wanted];
        /** @param {Scene} scene */
        const visit = async (scene) => {
            const page = await stage.open(context, scene, (what) =>
                noteOf(scene.name, look.language)('page', what),
            );
            for (const view of views) {
                await view.check(page, noteOf(scene.name, view.name), scene.name);
                states += 1;
            }
            await page.close();
        };
        await Promise.all(
            Array.from({ length: together }, async () => {
                for (let scene = left.shift(); scene; scene = left.shift()) {
                    const { name } = scene;
                    await withPatience(visit(scene)).catch((error) => {
                        noteOf(name, look.language)('page', String(error).split('\n')[0] ?? '');
                    });
                    done += 1;
                    if (done % 25 > 0 && done < pages) continue;
                    const seconds = Math.round((Date.now() - began) / 1000);
                    console.error(`${done} of ${pages} pages, ${states} states, ${seconds} s`);
                }
            }),
        );
        await context.close();
    }
    await stage.close();

    const total = [...found.values()].flatMap((kinds) => [...kinds.values()]);
    console.log(`${wanted.length} scenes, ${states} states checked, ${total.length} findings`);
    for (const [kind, kinds] of [...found].sort(([a], [b]) => a.localeCompare(b))) {
        console.log(`\n${kind}: ${kinds.size}`);
        for (const [what, { times, scenes, views, example }] of kinds) {
            const where = [...scenes].slice(0, 6).join(', ') + (scenes.size > 6 ? ', …' : '');
            console.log(`  ${what}`);
            if (example) console.log(`    ${example}`);
            console.log(`    ${times} in ${scenes.size} scenes: ${where} (${[...views].join(', ')})`);
        }
    }
    process.exit(total.length > 0 ? 1 : 0);
}

/** Puts the theme on the page as Settings does. @param {Page} page @param {string} theme */
export async function apply(page, theme) {
    await page.evaluate((theme) => {
        document.documentElement.dataset['theme'] = theme;
    }, theme);
    await settle(page);
}

/** Waits until the page is drawn and nothing changes its size or colour any more. @param {Page} page */
export async function settle(page) {
    await page.evaluate(async () => {
        const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
        for (let still = 0, frames = 0; still < 3 && frames < 120; frames += 1) {
            await frame();
            still = document.getAnimations().some((one) => one.playState === 'running') ? 0 : still + 1;
        }
    });
}
