// Makes icons/ from icons/mark.svg: the sets that the shell and the packages need.
// Wants rsvg-convert (Debian: librsvg2-bin).
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const icons = fileURLToPath(new URL('../../icons', import.meta.url));
const made = mkdtempSync(join(tmpdir(), 'desk-icons-'));
const source = join(made, 'mark.png');
const wanted = ['32x32.png', '128x128.png', '128x128@2x.png', 'icon.png', 'icon.icns', 'icon.ico'];

execFileSync('rsvg-convert', ['-w', '1024', '-h', '1024', join(icons, 'mark.svg'), '-o', source]);
execFileSync('npx', ['tauri', 'icon', source, '--output', made], { stdio: 'ignore' });
for (const name of wanted) copyFileSync(join(made, name), join(icons, name));
// Small sizes are drawn anew, sharper than any scaling.
execFileSync('rsvg-convert', [
    '-w',
    '32',
    '-h',
    '32',
    join(icons, 'mark.svg'),
    '-o',
    join(icons, '32x32.png'),
]);
rmSync(made, { recursive: true });
console.log(`icons/: ${wanted.join(', ')}`);
