// Takes a picture of every screen in every state, looks for breaches of the content security policy
// on the way, and fails when there are any. `npm run shots -- [pattern of names] [pattern of combinations]`,
// such as `npm run shots -- '^targets' '900.dark'`; pictures: target/screenshots/ui. `npm run axe`
// looks for accessibility violations.
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { scenes } from './scenes.js';
import { languages, openStage, sizes, themes } from './stage.js';

const folder = fileURLToPath(new URL('../../target/screenshots/ui', import.meta.url));
const filter = process.argv[2] ?? '';
const combinations = new RegExp(process.argv[3] ?? '');

const wanted = scenes.filter((scene) => new RegExp(filter).test(scene.name));
if (!filter) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const stage = await openStage();
/** @type {Set<string>} */
const problems = new Set();
let pictures = 0;

for (const language of languages) {
    for (const theme of themes) {
        for (const size of sizes) {
            if (!combinations.test(`${size.name}.${theme}.${language}`)) continue;
            const context = await stage.window({ language, theme, size });
            for (const scene of wanted) {
                const page = await stage.open(context, scene, (what) =>
                    problems.add(`${scene.name}: ${what}`),
                );
                await page.screenshot({
                    path: `${folder}/${scene.name}.${size.name}.${theme}.${language}.png`,
                });
                pictures += 1;
                await page.close();
            }
            await context.close();
        }
    }
}

await stage.close();
console.log(`${pictures} pictures in target/screenshots/ui`);
for (const problem of problems) console.error(problem);
process.exit(problems.size > 0 ? 1 : 0);
