// Measures in Chromium how long Inspect lets a person wait, and fails when that is
// too long: `npm run pace`. The sample world responds at once, so these figures are
// the window's own share: from the event to the picture.
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { preview } from 'vite';

/** @typedef {import('playwright-core').Page} Page */

const runs = 11;
const server = await preview({
    root: fileURLToPath(new URL('..', import.meta.url)),
    mode: 'sample',
    build: { outDir: '../target/ui-sample' },
    preview: { port: 0, host: '127.0.0.1' },
});
const address = server.resolvedUrls?.local[0];
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en' });

/** Milliseconds from an action in the page until what it leads to is painted. */
function untilPainted(
    /** @type {{ drop?: string, click?: string, shows: string }} */ { drop, click, shows },
) {
    return new Promise((resolve) => {
        const start = performance.now();
        const painted = () =>
            requestAnimationFrame(() => {
                // The first task after a frame comes after its picture.
                const { port1, port2 } = new MessageChannel();
                port1.onmessage = () => resolve(performance.now() - start);
                port2.postMessage(null);
            });
        const look = () => {
            if (!document.querySelector(shows)) return;
            watching.disconnect();
            painted();
        };
        const watching = new MutationObserver(look);
        watching.observe(document.body, { childList: true, subtree: true });
        if (drop) {
            const detail = { type: 'dropped', paths: [drop] };
            window.dispatchEvent(new CustomEvent('sample-drop', { detail }));
        }
        // bits-ui's tabs follow the focus and the click alike.
        if (click) /** @type {HTMLElement} */ (document.querySelector(click)).click();
        look();
    });
}

/** Scrolls a list from its top to its end, a good part of it every frame. */
function scrollThrough(/** @type {string} */ row) {
    return new Promise((resolve) => {
        const list = /** @type {HTMLElement} */ (document.querySelector(row)?.parentElement);
        /** @type {number[]} */
        const frames = [];
        let gaps = 0;
        let before = performance.now();
        const step = () => {
            const now = performance.now();
            frames.push(now - before);
            before = now;
            const box = list.getBoundingClientRect();
            const seen = document.elementFromPoint(box.left + 40, box.top + box.height / 2);
            if (!seen?.closest(row)) gaps += 1;
            if (list.scrollTop + list.clientHeight >= list.scrollHeight - 1) resolve({ frames, gaps });
            else {
                list.scrollTop += 900;
                requestAnimationFrame(step);
            }
        };
        requestAnimationFrame(step);
    });
}

/** Seconds of processor time that the page has worked: other programs do not count. */
async function worked(/** @type {Page} */ page) {
    const devtools = await context.newCDPSession(page);
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    const { metrics } = await devtools.send('Performance.getMetrics');
    await devtools.detach();
    return metrics.find((metric) => metric.name === 'TaskDuration')?.value ?? 0;
}

/** @param {number[]} values */
function sorted(values) {
    return [...values].sort((a, b) => a - b);
}

/** @param {number[]} values @param {number} share */
function at(values, share) {
    return sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
}

/** @param {string} state @param {string} place */
async function open(state, place) {
    const page = await context.newPage();
    await page.goto(`${address}?sample=${state}#${place}`);
    await page.waitForSelector('h1');
    return page;
}

let failed = false;

/** @param {string} what @param {number} figure @param {number} limit @param {string} rest */
function tell(what, figure, limit, rest) {
    failed ||= figure > limit;
    console.log(`${what}: ${figure.toFixed(1)} ms (at most ${limit})${rest}`);
}

/** @type {number[]} */
const facts = [];
for (let run = 0; run < runs; run += 1) {
    const page = await open('reading', '/inspect');
    await page.getByTestId('inspect-open').waitFor();
    const shows = '[data-testid=inspect-reading] dl';
    facts.push(await page.evaluate(untilPainted, { drop: '/home/mira/vault.zip', shows }));
    await page.close();
}
tell('From a drop to the first facts, median', at(facts, 0.5), 200, `, worst ${at(facts, 1).toFixed(1)}`);

/** @type {number[]} */
const tabs = [];
/** @type {number[]} */
const frames = [];
/** @type {number[]} */
const work = [];
let gaps = 0;
for (let run = 0; run < runs; run += 1) {
    const page = await open('healthy', '/inspect?path=/home/mira/large.zip');
    await page.getByTestId('inspect-tab-attachments').waitFor();
    const shows = '[data-testid=attachment-row]';
    tabs.push(await page.evaluate(untilPainted, { click: '[data-testid=inspect-tab-attachments]', shows }));
    if (run % 4 === 0) {
        const before = await worked(page);
        const scrolled = /** @type {{ frames: number[], gaps: number }} */ (
            await page.evaluate(scrollThrough, shows)
        );
        work.push((((await worked(page)) - before) * 1000) / scrolled.frames.length);
        frames.push(...scrolled.frames);
        gaps += scrolled.gaps;
    }
    await page.close();
}
tell('Attachments tab with 10,000 rows, median', at(tabs, 0.5), 300, `, worst ${at(tabs, 1).toFixed(1)}`);
tell(
    'Work for each frame while scrolling through them',
    at(work, 1),
    16,
    `; frames came every ${at(frames, 0.5).toFixed(1)} ms (median of ${frames.length}), without a row: ${gaps}`,
);
failed ||= gaps > 0;

await browser.close();
await server.close();
process.exit(failed ? 1 : 0);
