// The sample build in Chromium, for the scripts that look at it: `scenes.js` says where and how.
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { preview } from 'vite';

/** @typedef {import('./scenes.js').Scene} Scene */
/** @typedef {{ language: string, theme: string, size: { width: number, height: number } }} Look */

export const languages = ['en', 'zh-CN'];
export const themes = ['light', 'dark'];
export const sizes = /** @type {const} */ ([
    { name: '1280', width: 1280, height: 800 },
    { name: '900', width: 900, height: 600 },
    { name: '1920', width: 1920, height: 1080 },
]);

/** Serves the sample build, which is in `outDir`, and starts the browser. */
export async function openStage(outDir = '../target/ui-sample') {
    const server = await preview({
        root: fileURLToPath(new URL('..', import.meta.url)),
        mode: 'sample',
        build: { outDir },
        preview: { port: 0, host: '127.0.0.1' },
    });
    const address = server.resolvedUrls?.local[0];
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
    return {
        /** A window of this language, theme and size, with reduced motion. @param {Look} look */
        async window({ language, theme, size }) {
            const context = await browser.newContext({
                viewport: size,
                locale: language,
                timezoneId: 'Europe/Stockholm',
                colorScheme: /** @type {'light' | 'dark'} */ (theme),
                reducedMotion: 'reduce',
            });
            // The shell's window freezes prototypes; nothing here may depend on changing them.
            await context.addInitScript('Object.freeze(Object.prototype)');
            return context;
        },
        /**
         * Opens a scene and does what belongs to it; `note` receives everything that goes wrong.
         * @param {import('playwright-core').BrowserContext} context
         * @param {Scene} scene
         * @param {(what: string) => void} note
         */
        async open(context, scene, note) {
            const page = await context.newPage();
            page.on('console', (message) => message.type() === 'error' && note(message.text()));
            page.on('pageerror', (error) => note(String(error)));
            try {
                await page.goto(`${address}?sample=${scene.state}#${scene.place}`);
                await page.waitForSelector('h1');
                await scene.act?.(page);
            } catch (error) {
                note(String(error).split('\n')[0] ?? '');
            }
            await page.waitForTimeout(120);
            return page;
        },
        async close() {
            await browser.close();
            await server.close();
        },
    };
}
