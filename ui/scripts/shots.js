// Takes a picture of every screen in every state, looks for accessibility
// violations and breaches of the content security policy on the way, and fails
// when there are any. `npm run shots -- [pattern of names] [pattern of combinations]`, such as
// `npm run shots -- '^targets' '900.dark'`; pictures: target/screenshots/ui.
import axe from 'axe-core';
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { preview } from 'vite';
import { scenes } from './scenes.js';

const folder = fileURLToPath(new URL('../../target/screenshots/ui', import.meta.url));
const filter = process.argv[2] ?? '';
const combinations = new RegExp(process.argv[3] ?? '');
const sizes = [
    { name: '1280', width: 1280, height: 800 },
    { name: '900', width: 900, height: 600 },
    { name: '1920', width: 1920, height: 1080 },
];
const languages = ['en', 'zh-CN'];
const themes = ['light', 'dark'];

const wanted = scenes.filter((scene) => new RegExp(filter).test(scene.name));
if (!filter) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const server = await preview({
    root: fileURLToPath(new URL('..', import.meta.url)),
    mode: 'sample',
    build: { outDir: '../target/ui-sample' },
    preview: { port: 0, host: '127.0.0.1' },
});
const address = server.resolvedUrls?.local[0];
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
/** @type {Set<string>} */
const problems = new Set();
let pictures = 0;

for (const language of languages) {
    for (const theme of themes) {
        for (const size of sizes) {
            if (!combinations.test(`${size.name}.${theme}.${language}`)) continue;
            const context = await browser.newContext({
                viewport: size,
                locale: language,
                timezoneId: 'Europe/Stockholm',
                colorScheme: /** @type {'light' | 'dark'} */ (theme),
                reducedMotion: 'reduce',
            });
            // The shell's window freezes prototypes; nothing here may depend on changing them.
            await context.addInitScript('Object.freeze(Object.prototype)');
            for (const scene of wanted) {
                const page = await context.newPage();
                const note = (/** @type {string} */ what) => problems.add(`${scene.name}: ${what}`);
                page.on('console', (message) => message.type() === 'error' && note(message.text()));
                page.on('pageerror', (error) => note(String(error)));
                await page.goto(`${address}?sample=${scene.state}#${scene.place}`);
                await page.waitForSelector('h1, [role=alert]');
                try {
                    await scene.act?.(page);
                } catch (error) {
                    note(String(error).split('\n')[0] ?? '');
                }
                await page.waitForTimeout(120);
                await page.screenshot({
                    path: `${folder}/${scene.name}.${size.name}.${theme}.${language}.png`,
                });
                pictures += 1;
                if (size.name === '1280') {
                    await page.evaluate(axe.source);
                    const { violations } = await page.evaluate(() => /** @type {any} */ (window).axe.run());
                    for (const violation of violations) {
                        if (violation.impact !== 'serious' && violation.impact !== 'critical') continue;
                        const first = violation.nodes[0];
                        note(
                            `${violation.id} (${theme}): ${first?.html.slice(0, 160)} ${first?.any[0]?.message ?? ''}`,
                        );
                    }
                }
                await page.close();
            }
            await context.close();
        }
    }
}

await browser.close();
await server.close();
console.log(`${pictures} pictures in target/screenshots/ui`);
for (const problem of problems) console.error(problem);
process.exit(problems.size > 0 ? 1 : 0);
