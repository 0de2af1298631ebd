/** Writes what is generated from the command table: docs/protocol.md and docs/protocol.schema.json. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const docs = (name) => fileURLToPath(new URL(`../docs/${name}`, import.meta.url));

export async function build() {
  const { writeReference, writeJsonSchema } = await import('./dist/publish/index.js');
  await writeFile(docs('protocol.md'), writeReference());
  await writeFile(docs('protocol.schema.json'), writeJsonSchema());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
