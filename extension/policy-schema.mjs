import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';
import * as prettier from 'prettier';

/** Writes the managed schema from the settings, after a change of `src/policy/`. A test says where it is due. */
const FILE = path.join(import.meta.dirname, 'policy-schema.json');

const { outputFiles } = await esbuild.build({
  entryPoints: [path.join(import.meta.dirname, 'src', 'policy', 'settings.ts')],
  bundle: true,
  format: 'esm',
  platform: 'node',
  write: false,
});
const { writePolicySchema } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`
);
await writeFile(
  FILE,
  await prettier.format(writePolicySchema(), { filepath: FILE, ...(await prettier.resolveConfig(FILE)) }),
);
