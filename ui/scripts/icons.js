// Makes icons/ from icons/mark.svg: the sets that the shell and the packages need.
// Requires rsvg-convert (Debian: librsvg2-bin).
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const icons = fileURLToPath(new URL('../../icons', import.meta.url));
const made = mkdtempSync(join(tmpdir(), 'desk-icons-'));
const source = join(made, 'mark.png');
const wanted = ['128x128.png', 'icon.png', 'icon.icns', 'icon.ico'];
const drawn = ['16', '24', '32', '48', '64', '256'];

execFileSync('rsvg-convert', ['-w', '1024', '-h', '1024', join(icons, 'mark.svg'), '-o', source]);
execFileSync('npx', ['tauri', 'icon', source, '--output', made], { stdio: 'ignore' });
for (const name of wanted) copyFileSync(join(made, name), join(icons, name));
// Small sizes are drawn from the mark itself, sharper than any scaling.
for (const size of drawn) {
    const name = join(icons, `${size}x${size}.png`);
    execFileSync('rsvg-convert', ['-w', size, '-h', size, join(icons, 'mark.svg'), '-o', name]);
}
rmSync(made, { recursive: true });
console.log(`icons/: ${wanted.join(', ')}`);
