// Takes a picture of every screen in every state, looks for breaches of the content security policy
// on the way, and fails when there are any. `npm run shots -- [pattern of names] [pattern of combinations]`,
// such as `npm run shots -- '^targets' '900.dark'`; pictures: target/screenshots/ui.
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { languages, sizes, themes } from './stage.js';
import { apply, isEverything, walk } from './walk.js';

const folder = fileURLToPath(new URL('../../target/screenshots/ui', import.meta.url));
if (isEverything) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

await walk(
    languages.flatMap((language) =>
        sizes.map((size) => ({
            look: { language, theme: 'light', size },
            views: themes.map((theme) => ({
                name: `${size.name}.${theme}.${language}`,
                check: async (page, _note, scene) => {
                    await apply(page, theme);
                    await page.screenshot({
                        path: `${folder}/${scene}.${size.name}.${theme}.${language}.png`,
                    });
                },
            })),
        })),
    ),
);
