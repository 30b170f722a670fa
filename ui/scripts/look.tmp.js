import { chromium } from 'playwright-core';
import { preview } from 'vite';
import { fileURLToPath } from 'node:url';
import { scenes } from './scenes.js';
const folder = fileURLToPath(new URL('../../target/screenshots/ui', import.meta.url));
const wanted = scenes.filter((s) => new RegExp(process.argv[2]).test(s.name));
const server = await preview({ root: fileURLToPath(new URL('..', import.meta.url)), mode: 'sample', build: { outDir: '../target/ui-sample' }, preview: { port: 0, host: '127.0.0.1' } });
const address = server.resolvedUrls?.local[0];
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const combos = [['en','light',1280,800],['zh-CN','dark',1280,800],['zh-CN','light',900,600],['en','dark',900,600]];
for (const [language, theme, width, height] of combos) {
  const context = await browser.newContext({ viewport: { width, height }, locale: language, timezoneId: 'Europe/Stockholm', colorScheme: theme, reducedMotion: 'reduce' });
  for (const scene of wanted) {
    const page = await context.newPage();
    page.on('pageerror', (e) => console.error(scene.name, String(e)));
    await page.goto(`${address}?sample=${scene.state}#${scene.place}`);
    await page.waitForSelector('h1, [role=alert]');
    try { await scene.act?.(page); } catch (e) { console.error(scene.name, String(e).split('\n')[0]); }
    await page.waitForTimeout(120);
    await page.screenshot({ path: `${folder}/${scene.name}.${width}.${theme}.${language}.png` });
    await page.close();
  }
  await context.close();
}
await browser.close(); await server.close(); console.log('looked');
