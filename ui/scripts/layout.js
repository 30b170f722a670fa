// Checks the layout of every screen in every state, at three sizes and in both languages, and fails when
// anything is clipped, hidden, past an edge or not translated: the rules are in `layout-rules.js`.
// `npm run layout -- [--shard 1/3] [pattern of names] [pattern of combinations]`, such as
// `npm run layout -- '^targets' '900.zh-CN'`. Themes differ in colours only, so the light one is checked.
import { readFileSync } from 'node:fs';
import { findings } from './layout-rules.js';
import { languages, sizes } from './stage.js';
import { settle, walk } from './walk.js';

/** @type {Record<string, unknown>} */
const messages = JSON.parse(readFileSync(new URL('../messages/en.json', import.meta.url), 'utf8'));
const keys = Object.keys(messages);

await walk(
    languages.map((language) => ({
        look: { language, theme: 'light', size: sizes[0] },
        // The same page in another size: opening it again would show the same.
        views: sizes.map((size) => ({
            name: `${size.name}.${language}`,
            check: async (page, note) => {
                await page.setViewportSize(size);
                // A list that is open is where its field is.
                await page.evaluate(() => document.activeElement?.scrollIntoView({ block: 'nearest' }));
                await settle(page);
                for (const { kind, what, example } of await page.evaluate(findings, { keys, language }))
                    note(kind, what, example);
            },
        })),
    })),
);
