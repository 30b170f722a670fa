import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { licences, npmPackages } from '../../scripts/licences.js';

const { packages, texts } = licences();
const listed = new Set(packages.map(({ from, name, version }) => `${from} ${name} ${version}`));

test('every crate that the programs are linked with is in the licences', () => {
  const options = ['-p', 'nodewarden-desk', '-p', 'nwdesk', '-e', 'normal', '--prefix', 'none'];
  const tree = execFileSync('cargo', ['tree', '--locked', ...options, '--format', '{p}'], {
    cwd: '..',
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const crates = tree
    .split('\n')
    .filter((line) => line !== '' && !line.includes('(/'))
    .map((line) => /^(\S+) v(\S+)/.exec(line)!);
  expect(crates.length).toBeGreaterThan(300);
  const missing = crates.filter(([, name, version]) => !listed.has(`Rust ${name} ${version}`));
  expect(missing.map(([line]) => line)).toEqual([]);
});

test('every npm package that is not for development only is in the licences', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const { dependencies } = lock.packages[''];
  for (const name of Object.keys(dependencies)) {
    expect(listed, name).toContain(`npm ${name} ${lock.packages[`node_modules/${name}`].version}`);
  }
  expect(npmPackages().length).toBeGreaterThan(Object.keys(dependencies).length);
});

test('every package has a licence and its text', () => {
  const bare = packages.filter(({ licence, text }) => licence === '' || (texts[text] ?? '').length < 200);
  expect(bare).toEqual([]);
});
