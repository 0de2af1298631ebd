import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';

const FILE = path.join(import.meta.dirname, 'policy-schema.json');

/** Writes the managed schema from the settings of `src/policy/` and their English words. */
export async function publishPolicySchema() {
  const { outputFiles } = await esbuild.build({
    entryPoints: [path.join(import.meta.dirname, 'src', 'policy', 'managed-schema.ts')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  });
  const { writePolicySchema } = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`
  );
  const text = writePolicySchema();
  if (!existsSync(FILE) || readFileSync(FILE, 'utf8') !== text) await writeFile(FILE, text);
}
