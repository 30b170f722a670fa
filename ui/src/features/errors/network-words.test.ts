import { expect, test } from 'vitest';
import type { Code } from '@/backend';
import { coreError } from '@/backend/sample/world';
import { language } from '@/language/locale.svelte';
import { hintOf, sentenceOf, words } from './wording';

/** What stands in the way, and what the hint must name. */
const ways: [Code, string, RegExp, RegExp][] = [
  ['host-unreachable', 'proxy', /proxy in the connection settings/, /“连接设置”中的代理/],
  ['host-unreachable', 'proxy-login', /user and password in the connection settings/, /用户名和密码/],
  ['tls-failed', 'self-signed', /certificate file in the connection settings.*Nothing was sent/, /证书文件/],
  ['not-node-warden', 'https', /https:\/\//, /https:\/\//],
];

test.each(ways)('%s by %s is told with what to do', (code, cause, english, chinese) => {
  const failure = coreError(code, { values: { cause } });
  for (const [chosen, hint] of [
    ['en', english],
    ['zh-CN', chinese],
  ] as const) {
    language.choose(chosen);
    expect(sentenceOf(failure)).not.toBe(words[code].sentence());
    expect(hintOf(failure)).toMatch(hint);
  }
});

test('a proxy is named', () => {
  language.choose('en');
  const failure = coreError('host-unreachable', { values: { cause: 'proxy', proxy: 'proxy.example.org' } });
  expect(sentenceOf(failure)).toBe('The proxy proxy.example.org could not be reached.');
});
