import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Code } from '@/backend';
import { coreError } from '@/backend/sample/world';
import { language } from '@/language/locale.svelte';
import { hintOf, sentenceOf, words } from './wording';

// What the core can say is read from where it says it, so that nothing new goes without words.
const core = '../src-tauri/crates/core/src';
const failures = `${core}/server/failure`;

/** A source of the core without its tests. */
function source(path: string): string {
  return readFileSync(path, 'utf8').split('#[cfg(test)]')[0]!;
}

/** One function of a source. */
function body(text: string, name: string): string {
  return text.split(new RegExp(`fn ${name}\\b`))[1]!.split('\n}\n')[0]!;
}

const target = source(`${failures}/target.rs`);
const page = source(`${failures}/page.rs`);

function hint(code: Code, values: Record<string, string>): string {
  const failure = coreError(code, { values });
  expect(sentenceOf(failure), JSON.stringify(values)).not.toBe(words[code].sentence());
  expect(hintOf(failure), JSON.stringify(values)).not.toBe(words[code].hint());
  return hintOf(failure);
}

test('every named cause of a target has words of its own', () => {
  language.choose('en');
  const causes = [...target.matchAll(/\bcause\(\s*"([a-z-]+)"/g)].map((match) => match[1]!);
  expect(causes.length).toBeGreaterThan(8);
  expect(new Set(causes.map((targetStatus) => hint('target-failed', { targetStatus }))).size).toBe(
    causes.length,
  );
});

test('every status of a target says as much as the core tells apart', () => {
  language.choose('en');
  const arms = [...body(target, 'hint').matchAll(/\((_|"S3"), ([^)]*)\)( if writes)? =>/g)];
  expect(arms.length).toBeGreaterThan(15);
  const hints = arms.map(([, provider, statuses, writes]) => {
    const same = [...statuses!.matchAll(/"(\d+)"/g)].map(([, targetStatus]) =>
      hint('target-failed', {
        targetStatus: targetStatus!,
        provider: provider === '_' ? 'WebDAV' : 'S3',
        operation: writes ? 'upload' : 'listing',
      }),
    );
    expect(new Set(same).size, statuses).toBe(1);
    return same[0];
  });
  expect(new Set(hints).size).toBe(arms.length);
});

test("every page of Cloudflare's is told apart by its number", () => {
  language.choose('en');
  const arms = [...body(page, 'worker').matchAll(/^ {8}([\d.=| ]+) => [({][^]*?Code::(\w+)/gm)];
  expect(arms.length).toBeGreaterThan(5);
  for (const [, numbers, name] of arms) {
    const code = name!.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase() as Code;
    const same = [...numbers!.matchAll(/\d+/g)].map(([cloudflare]) => hint(code, { cloudflare }));
    expect(new Set(same).size, numbers).toBe(1);
  }
  const statuses = [...body(page, 'before_the_worker').matchAll(/^ {8}([\d.=| ]+) =>/gm)];
  expect(statuses.length).toBeGreaterThan(2);
  for (const [, numbers] of statuses) {
    for (const [status] of numbers!.matchAll(/\d+/g)) {
      expect(hint('server-failed', { status })).toBe(hint('server-failed', { cloudflare: status }));
    }
  }
  expect(hint('server-failed', { cloudflare: '1199' })).toContain('logs');
});

test('what stands between here and the server is named', () => {
  language.choose('en');
  const gates = [...page.matchAll(/\.value\("cause", "([a-z-]+)"\)/g)].map((match) => match[1]!);
  expect(gates).toEqual(expect.arrayContaining(['firewall', 'gateway']));
  for (const cause of ['firewall', 'gateway'])
    expect(hint('not-node-warden', { cause })).toContain('connection settings');
  const certificates = [
    ...body(source(`${failures}/mod.rs`), 'tls_failed').matchAll(/\(\s*"([a-z-]+)",\s*format!/g),
  ].map((match) => match[1]!);
  expect(certificates).toContain('issuer');
  for (const cause of certificates.filter((name) => name !== 'other')) hint('tls-failed', { cause });
});

/** Reasons that a screen acts on by itself, or that stand beside words of their own. */
const handled = [
  'changed-elsewhere',
  'passphrase',
  'handle',
  'not-needed',
  'nothing-kept',
  'no-log',
  'not-chosen',
];

/** What the core says by this value, with the code that it goes with. */
function said(value: string): [Code, string][] {
  const pattern = new RegExp(`Code::(\\w+),(?:(?!Code::)[^])*?\\.value\\("${value}", "([a-z-]+)"\\)`, 'g');
  return readdirSync(core, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.rs'))
    .flatMap((path) => [...source(`${core}/${path}`).matchAll(pattern)])
    .map(([, name, word]) => [name!.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase() as Code, word!]);
}

test('every cause has words', () => {
  language.choose('en');
  const causes = said('cause');
  expect(causes.length).toBeGreaterThan(1);
  for (const [code, cause] of causes) hint(code, { cause });
});

test('every reason has words, or a screen that knows it', () => {
  language.choose('en');
  const reasons = said('reason');
  expect(reasons.length).toBeGreaterThan(5);
  for (const [code, reason] of reasons) if (!handled.includes(reason)) hint(code, { reason });
});

test('Chinese tells apart what English does', () => {
  for (const chosen of ['en', 'zh-CN'] as const) {
    language.choose(chosen);
    const upload = { targetStatus: '403', operation: 'upload' };
    const four = [
      hint('target-failed', { ...upload, provider: 'WebDAV' }),
      hint('target-failed', { ...upload, provider: 'WebDAV', operation: 'listing' }),
      hint('target-failed', { ...upload, provider: 'S3' }),
      hint('target-failed', { ...upload, provider: 'S3', operation: 'listing' }),
    ];
    expect(new Set(four).size).toBe(4);
  }
});
