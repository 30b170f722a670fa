import { isBackup, type Line } from './lines';

/** Which backups of the table are chosen. Folders and other files never are. */
export class Selection {
  paths = $state.raw<ReadonlySet<string>>(new Set());
  /** Where a range begins. */
  #from: string | undefined;

  has(line: Line): boolean {
    return this.paths.has(line.path);
  }

  clear(): void {
    this.paths = new Set();
    this.#from = undefined;
  }

  /** Chooses one or lets it go; with `range`, everything from the last one to it. */
  toggle(line: Line, lines: Line[], range: boolean): void {
    const next = new Set(this.paths);
    const from = lines.findIndex((one) => one.path === this.#from);
    const to = lines.indexOf(line);
    if (range && from >= 0 && to >= 0) {
      for (const one of lines.slice(Math.min(from, to), Math.max(from, to) + 1)) {
        if (isBackup(one)) next.add(one.path);
      }
    } else {
      if (next.has(line.path)) next.delete(line.path);
      else next.add(line.path);
      this.#from = line.path;
    }
    this.paths = next;
  }

  /** Every backup that is shown, or none when all of them are chosen already. */
  all(lines: Line[]): void {
    const every = lines.filter(isBackup);
    const full = every.every((line) => this.paths.has(line.path));
    this.paths = new Set(full ? [] : every.map((line) => line.path));
  }

  /** What is chosen and still there. */
  among(lines: Line[]): Line[] {
    return lines.filter((line) => this.paths.has(line.path));
  }
}
