import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PACKAGES = ['words', 'protocol', 'sdk', 'cms', 'extension', 'native-host', 'portal', 'installers'];
const BESIDES = ['package.json', 'package-lock.json', 'tsconfig.base.json', 'docs', 'scripts'];
const OURS = '@cardwright';

/** A copy of the repository with one more folder of words, and no other change. */
export class EnlargedHouse {
  readonly #root = mkdtempSync(path.join(tmpdir(), 'cardwright-enlarged-'));

  /** @param files of the language's folder, by their names */
  constructor(language: string, files: Readonly<Record<string, string>>) {
    const isOurs = (file: string): boolean => path.basename(file) !== 'node_modules';
    for (const name of [...PACKAGES, ...BESIDES])
      cpSync(path.join(ROOT, name), this.at(name), { recursive: true, preserveTimestamps: true, filter: isOurs });
    this.#link('node_modules');
    for (const name of PACKAGES) this.#link(path.join(name, 'node_modules'));
    // The repository may have the language already. Here it has these sentences alone.
    rmSync(this.at('words', 'src', language), { recursive: true, force: true });
    mkdirSync(this.at('words', 'src', language));
    for (const [name, text] of Object.entries(files)) this.write(path.join('words', 'src', language, name), text);
  }

  /** A file or a folder in it. */
  at(...names: string[]): string {
    return path.join(this.#root, ...names);
  }

  read(...names: string[]): string {
    return readFileSync(this.at(...names), 'utf8');
  }

  write(name: string, text: string): void {
    writeFileSync(this.at(name), text);
  }

  readJson(...names: string[]): unknown {
    return JSON.parse(this.read(...names));
  }

  /** Builds these packages as `npm run build` does. @throws Error with the compiler's messages */
  build(): void {
    this.#node('scripts/languages.mjs');
    this.#node('node_modules/typescript-7/bin/tsc', '--build', 'portal', 'extension', 'installers');
    for (const name of ['extension', 'portal', 'installers']) {
      const script = JSON.stringify(this.at(name, 'build.mjs'));
      this.#node('--input-type=module', '--eval', `await (await import(${script})).build();`);
    }
  }

  remove(): void {
    rmSync(this.#root, { recursive: true });
  }

  #node(...args: string[]): void {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: this.#root, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  }

  /** Links the packages of others as installed, and ours as copied. */
  #link(folder: string): void {
    const installed = path.join(ROOT, folder);
    for (const name of namesIn(installed)) {
      if (name === OURS) continue;
      mkdirSync(this.at(folder), { recursive: true });
      symlinkSync(path.join(installed, name), this.at(folder, name));
    }
    if (folder !== 'node_modules') return;
    mkdirSync(this.at(folder, OURS), { recursive: true });
    for (const name of PACKAGES) symlinkSync(this.at(name), this.at(folder, OURS, name));
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
