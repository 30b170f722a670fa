import { gzipSync } from 'node:zlib';

/** What the window may load before its first screen, gzipped. */
export const limit = 250 * 1024;

/**
 * Fails a build whose start is too large: the entry with all that it imports, gzipped as files.
 * @returns {import('vite').Plugin}
 */
export function startSize() {
    return {
        name: 'start-size',
        apply: 'build',
        generateBundle: {
            order: 'post',
            handler(_, bundle) {
                const seen = new Set();
                const waiting = Object.values(bundle).flatMap((one) =>
                    one.type === 'chunk' && one.isEntry ? [one.fileName] : [],
                );
                let size = 0;
                for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
                    const chunk = bundle[name];
                    if (seen.has(name) || chunk?.type !== 'chunk') continue;
                    seen.add(name);
                    size += gzipSync(chunk.code).length;
                    waiting.push(...chunk.imports);
                }
                const text = `${Math.ceil(size / 1024)} KiB of JavaScript at the start, gzipped`;
                if (size > limit) this.error(`${text}; the limit is ${limit / 1024} KiB`);
                this.info(text);
            },
        },
    };
}
