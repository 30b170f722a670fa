import { readFileSync } from 'node:fs';

const whole = /import\s*\{\s*m\s*\}\s*from\s*['"]@\/messages\/messages['"];?/;

/**
 * The keys that the core names in the table `name` of the bindings, or in any of its tables.
 * @param {string} name
 */
function keysInTable(name) {
    const lines = readFileSync('src/backend/bindings.ts', 'utf8').split('\n');
    const tables = lines.filter(
        (line) => line.startsWith(`export const ${name}`) && line.includes('"sentence":'),
    );
    return tables.flatMap((table) =>
        Array.from(table.matchAll(/"(?:sentence|hint)":"(\w+)"/g), ([, key]) => key ?? ''),
    );
}

/**
 * The keys that a module puts together at run time: those that begin as one of its templates does,
 * and those of the core's tables that it names, or of all of them where it names neither.
 * @param {string} code
 */
function keysAtRunTime(code) {
    const prefixes = Array.from(code.matchAll(/`([a-z]+_\w*)\$\{/g), ([, prefix]) => prefix ?? '');
    const all = Object.keys(JSON.parse(readFileSync('messages/en.json', 'utf8')));
    const tables = Array.from(code.matchAll(/\b(\w+Kinds)\b/g), ([name]) => name).flatMap(keysInTable);
    const keys = all.filter((key) => prefixes.some((prefix) => key.startsWith(prefix))).concat(tables);
    return keys.length > 0 ? keys : keysInTable('');
}

/**
 * Imports every message from its own file: a screen then brings only its own messages with it.
 * @returns {import('vite').Plugin}
 */
export function messagesOfEachScreen() {
    return {
        name: 'messages-of-each-screen',
        apply: 'build',
        enforce: 'post',
        transform(code, id) {
            if (id.includes('/node_modules/') || !whole.test(code)) return;
            const keys = new Set(Array.from(code.matchAll(/\bm\.([a-z]\w*)/g), ([, key]) => key));
            const atRunTime = /\bm\s*\[|\bin m\b/.test(code);
            if (atRunTime) for (const key of keysAtRunTime(code)) keys.add(key);
            const imports = Array.from(
                keys,
                (key) => `import { ${key} as m_${key} } from '@/messages/messages/${key}.js';`,
            ).join('');
            const rest = atRunTime
                ? `const m = { ${Array.from(keys, (key) => `${key}: m_${key}`).join(', ')} };\n${code.replace(whole, '')}`
                : code.replace(whole, '').replace(/\bm\.([a-z]\w*)/g, 'm_$1');
            return { code: imports + rest, map: null };
        },
    };
}
