import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs openssl in a folder with these files, and returns its output. @throws if it fails */
export async function runOpenssl(
  args: readonly string[],
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'cardwright-openssl-'));
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    const { stdout } = await run('openssl', args, { cwd: folder, encoding: 'buffer' });
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}
