import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { config } from '../../../../portal/src/server/commands/config.js';

/** A folder of settings, as in an installed portal, with the key file that it needs. */
export class SettingsFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'cardwright-settings-'));

  constructor() {
    this.write('keys.json', '{}');
  }

  /** Writes a file, with the mode that the package sets. */
  write(name: string, text: string, mode = 0o600): string {
    const file = join(this.path, name);
    writeFileSync(file, text, { mode });
    return file;
  }

  environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    return { CARDWRIGHT_SETTINGS: this.path, CARDWRIGHT_DATA: this.path, ...more };
  }

  /** Returns the output of `config check` on a terminal that is wide enough by default, and its exit code. */
  async check(
    more: NodeJS.ProcessEnv = {},
    width = 1000,
  ): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
    const lines: string[] = [];
    const code = await config(['check'], this.environment(more), (line) => lines.push(line), width);
    return { code, lines };
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
