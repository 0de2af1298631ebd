import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addWindowsFiles, buildMsi, layOutHost } from '@cardwright/installers';

const EPOCH = 1_700_000_000;

/** Builds MSIs of the host, and of small stand-ins. */
export class HostMsis {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'cardwright-msi-'));
  #made = 0;

  /** Builds the shipped MSI of the host; returns it with the folder that it contains. */
  host(version: string): { file: string; folder: string } {
    const folder = this.folder();
    layOutHost('win32-x64', folder);
    addWindowsFiles(folder, version, this.folder());
    return { folder, file: this.#build(folder, version) };
  }

  /** Builds an MSI with these files, each of which contains its own name. */
  small(version: string, files: readonly string[]): string {
    const folder = this.folder();
    for (const file of files) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), file);
    }
    return this.#build(folder, version);
  }

  /** Creates an empty folder. */
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

/** Reads the rows of an MSI table, without its header. */
export function rowsOf(file: string, table: string): string[][] {
  const text = execFileSync('msiinfo', ['export', file, table], { encoding: 'utf8' });
  return text
    .split(/\r?\n/)
    .slice(3)
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}

/** Lists the tables of an MSI. */
export const tablesOf = (file: string): string[] =>
  execFileSync('msiinfo', ['tables', file], { encoding: 'utf8' })
    .split('\n')
    .filter((name) => name !== '' && !name.startsWith('_'));
