// How long the table of a target with 5,000 backups takes: to be drawn first, to be
// sorted and filtered, and to be scrolled by 60 steps. Milliseconds on the clock, and
// of the processor, which say the same on a busy computer.
// Build the sample first, as `npm run shots` does. `node scripts/measure-listing.js`
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { preview } from 'vite';

const server = await preview({
    root: fileURLToPath(new URL('..', import.meta.url)),
    mode: 'sample',
    build: { outDir: '../target/ui-sample' },
    preview: { port: 0, host: '127.0.0.1' },
});
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
const devtools = await page.context().newCDPSession(page);
await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
await page.goto(`${server.resolvedUrls?.local[0]}?sample=many-backups#/overview`);
await page.getByTestId('back-up-now').waitFor();

/** What the window's thread has worked so far. */
async function worked() {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return (metrics.find((one) => one.name === 'TaskDuration')?.value ?? 0) * 1000;
}

/**
 * Measures a step that the window takes, until what it leads to has been painted.
 * @param {string} name
 * @param {string} step
 * @param {string} [there]
 */
async function measure(name, step, there = 'true') {
    const before = await worked();
    const clock = await page.evaluate(
        async ([step, there]) => {
            const frame = () => new Promise((done) => requestAnimationFrame(done));
            const run = new Function('frame', `return (async () => { ${step} })()`);
            const holds = new Function(`return ${there}`);
            const began = performance.now();
            await run(frame);
            while (!holds()) await frame();
            await frame();
            return performance.now() - began;
        },
        [step, there],
    );
    console.log(
        `${name}: ${Math.round(clock)} ms, ${Math.round((await worked()) - before)} of the processor`,
    );
}

const rows = `document.querySelectorAll('[data-testid=backup-row]')`;
const filter = `document.querySelector('[data-testid=backups-filter]')`;
const type = (/** @type {string} */ words) =>
    `${filter}.value = '${words}'; ${filter}.dispatchEvent(new Event('input', { bubbles: true }))`;

await measure('drawn', `location.hash = '#/backups'`, `${rows}.length > 0`);
const newest = await page.evaluate(`${rows}[0].dataset.name`);
await measure(
    'sorted',
    `document.querySelectorAll('th[aria-sort] button')[3].click()`,
    `${rows}[0].dataset.name !== '${newest}'`,
);
await measure('filtered', type('-4999.zip'), `${rows}.length === 1`);
await measure('unfiltered', type(''), `${rows}.length > 1`);
await measure(
    'scrolled',
    `const table = ${rows}[0].closest('.overflow-y-auto');
    for (let step = 0; step < 60; step += 1) { table.scrollTop += 60; await frame(); }`,
);
await browser.close();
await server.close();
