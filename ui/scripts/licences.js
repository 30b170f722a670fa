// The licences of everything that the app consists of: the Rust crates from `cargo metadata`, the
// npm packages from the lock file, and their texts from the sources.
//   node scripts/licences.js FILE    writes them as a text, for the packages
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ name: string, version: string, licence: string, from: 'Rust' | 'npm', text: number }} Entry
 * @typedef {{ packages: Entry[], texts: string[] }} Licences
 * @typedef {{ name: string, version: string, licence: string, from: 'Rust' | 'npm', folder: string, authors: string[] }} Source
 */

const ui = join(import.meta.dirname, '..');
const top = join(ui, '..');

/** Packages that leave code in the pages although they run only at build time. */
const leavesCode = ['tailwindcss', '@inlang/paraglide-js', 'vite', 'rolldown'];

/** The usual text, for crates that bring none and have no other with the same licence. */
const bsd2 = `Redistribution and use in source and binary forms, with or without modification, are permitted
provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions
   and the following disclaimer.

2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions
   and the following disclaimer in the documentation and/or other materials provided with the
   distribution.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR
IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND
FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR
CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL
DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE,
DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER
IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF
THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.`;

/**
 * What the programs are linked with on this system.
 * @returns {Source[]}
 */
export function rustPackages() {
    const rustc = execFileSync('rustc', ['-vV'], { encoding: 'utf8' });
    const host = process.env.CARGO_BUILD_TARGET ?? /^host: (.*)$/m.exec(rustc)?.[1] ?? '';
    const options = ['--locked', '--format-version', '1', '--filter-platform', host];
    const metadata = JSON.parse(
        execFileSync('cargo', ['metadata', ...options], {
            cwd: top,
            encoding: 'utf8',
            maxBuffer: 1 << 28,
            stdio: ['ignore', 'pipe', 'inherit'],
        }),
    );
    const nodes = new Map(metadata.resolve.nodes.map((/** @type {any} */ node) => [node.id, node]));
    const waiting = metadata.packages
        .filter((/** @type {any} */ one) => ['nodewarden-desk', 'nwdesk'].includes(one.name))
        .map((/** @type {any} */ one) => one.id);
    const seen = new Set();
    while (waiting.length > 0) {
        const id = waiting.pop();
        if (seen.has(id)) continue;
        seen.add(id);
        for (const { pkg, dep_kinds: kinds } of nodes.get(id).deps) {
            if (kinds.some((/** @type {any} */ { kind }) => kind === null)) waiting.push(pkg);
        }
    }
    return metadata.packages
        .filter((/** @type {any} */ one) => seen.has(one.id) && one.source !== null)
        .map((/** @type {any} */ one) => ({
            name: one.name,
            version: one.version,
            licence: (one.license ?? '').replace(/\s*\/\s*/g, ' OR '),
            from: 'Rust',
            folder: dirname(one.manifest_path),
            authors: one.authors,
        }));
}

/**
 * What the pages may contain.
 * @returns {Source[]}
 */
export function npmPackages() {
    const { packages } = JSON.parse(readFileSync(join(ui, 'package-lock.json'), 'utf8'));
    return Object.entries(packages)
        .map(([path, one]) => ({ path, name: path.split('node_modules/').at(-1) ?? '', one }))
        .filter(({ path, name, one }) => path !== '' && (!one.dev || leavesCode.includes(name)))
        .filter(({ path }) => existsSync(join(ui, path)))
        .map(({ path, name, one }) => ({
            name,
            version: one.version,
            licence: one.license ?? '',
            from: 'npm',
            folder: join(ui, path),
            authors: [],
        }));
}

/**
 * The texts in the folder of a package. Of several licences to choose from, MIT is chosen.
 * @param {Source} source
 */
function textOf({ folder, licence }) {
    const isText = (/** @type {string} */ name) =>
        /^(un)?licen[cs]e|^copying|^notice|^copyright/i.test(name) && statSync(join(folder, name)).isFile();
    const files = readdirSync(folder).filter(isText).sort();
    const isChoice = licence.split(' OR ').includes('MIT');
    const chosen = files.filter((name) => /mit|notice/i.test(name));
    const used = isChoice && chosen.some((name) => /mit/i.test(name)) ? chosen : files;
    return used
        .map((name) => readFileSync(join(folder, name), 'utf8').replace(/\r\n?/g, '\n').trim())
        .join('\n\n');
}

/**
 * The text of a licence whose package brings none: without the names of others.
 * @param {Source} source
 * @param {Map<string, string>} known
 */
function usualText({ name, licence, authors }, known) {
    const choices = licence.split(/ OR | AND /).map((one) => one.replace(/[()]/g, ''));
    const text = ['MIT', ...choices].filter((one) => choices.includes(one)).map((one) => known.get(one));
    const found = text.find((one) => one !== undefined);
    if (!found) throw new Error(`no text of the licence ${licence} of ${name}`);
    const by = authors.length > 0 ? authors.join(', ') : `the authors of ${name}`;
    return `Copyright: ${by}\n\n${found.replace(/^\s*copyright .*\n+/gim, '')}`;
}

/**
 * @returns {Licences}
 */
export function licences() {
    const sources = [...rustPackages(), ...npmPackages()].sort(
        (a, b) => a.name.localeCompare(b.name, 'en') || a.version.localeCompare(b.version, 'en'),
    );
    const found = sources.map((source) => ({ source, text: textOf(source) }));
    const known = new Map([
        ['MIT', readFileSync(join(top, 'LICENSE-MIT'), 'utf8')],
        ['Apache-2.0', readFileSync(join(top, 'LICENSE-APACHE'), 'utf8')],
        ['BSD-2-Clause', bsd2],
    ]);
    for (const { source, text } of found) {
        if (text !== '' && !known.has(source.licence)) known.set(source.licence, text);
    }
    /** @type {string[]} */
    const texts = [];
    const places = new Map();
    const packages = found.map(({ source, text }) => {
        const whole = text === '' ? usualText(source, known) : text;
        const key = whole.replace(/\s+/g, ' ');
        if (!places.has(key)) places.set(key, texts.push(whole) - 1);
        const { name, version, from } = source;
        // Where the package names none, its text does.
        const licence = source.licence || (/^(?:The )?MIT License/.test(whole) ? 'MIT' : '');
        return { name, version, licence, from, text: places.get(key) };
    });
    return { packages, texts };
}

/** All of it as one text: each licence once, after the packages that it is of. */
export function asText() {
    const { packages, texts } = licences();
    const line = '-'.repeat(80);
    return texts
        .map((text, at) => {
            const own = packages.filter((one) => one.text === at);
            const names = own.map(({ name, version, licence }) => `${name} ${version} (${licence})`);
            return `${names.join('\n')}\n\n${text}\n`;
        })
        .join(`\n${line}\n\n`);
}

/**
 * `virtual:licences` for the window: its own file, which is loaded when it is shown.
 * @returns {import('vite').Plugin}
 */
export function licencesOfEverything() {
    const id = '\0virtual:licences';
    return {
        name: 'licences',
        resolveId: (asked) => (asked === 'virtual:licences' ? id : undefined),
        load: (asked) =>
            asked === id
                ? `export default JSON.parse(${JSON.stringify(JSON.stringify(licences()))})`
                : undefined,
        generateBundle(_, bundle) {
            const listed = new Set(npmPackages().map(({ name }) => name));
            for (const chunk of Object.values(bundle)) {
                if (chunk.type !== 'chunk') continue;
                for (const module of Object.keys(chunk.modules)) {
                    const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(module)?.[1];
                    if (name && !listed.has(name))
                        this.error(`${name} is in the pages, but not in the licences`);
                }
            }
        },
    };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const [, , file] = process.argv;
    if (!file) throw new Error('node scripts/licences.js FILE');
    writeFileSync(file, asText());
}
