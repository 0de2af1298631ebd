import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addWindowsFiles, buildMsi, layOutHost } from '@cardwright/installers';

const EPOCH = 1_700_000_000;

/** MSIs of the host, and of something small in its place. */
export class HostMsis {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'cardwright-msi-'));
  #made = 0;

  /** The host as it is shipped, and the folder that is in it. */
  host(version: string): { file: string; folder: string } {
    const folder = this.folder();
    layOutHost('win32-x64', folder);
    addWindowsFiles(folder, version, this.folder());
    return { folder, file: this.#build(folder, version) };
  }

  /** A folder with these files, each of which holds its own name. */
  small(version: string, files: readonly string[]): string {
    const folder = this.folder();
    for (const file of files) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), file);
    }
    return this.#build(folder, version);
  }

  /** An empty folder. */
  folder(): string {
    const folder = path.join(this.#folder, String(++this.#made));
    mkdirSync(folder);
    return folder;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }

  #build(folder: string, version: string): string {
    const file = path.join(this.folder(), 'host.msi');
    buildMsi({ folder, file, version, epoch: EPOCH, scratch: this.folder() });
    return file;
  }
}

/** The rows of a table of an MSI, without its head. */
export function rowsOf(file: string, table: string): string[][] {
  const text = execFileSync('msiinfo', ['export', file, table], { encoding: 'utf8' });
  return text
    .split(/\r?\n/)
    .slice(3)
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}

/** The names of its tables. */
export const tablesOf = (file: string): string[] =>
  execFileSync('msiinfo', ['tables', file], { encoding: 'utf8' })
    .split('\n')
    .filter((name) => name !== '' && !name.startsWith('_'));
