/** Writes what is generated from the command table and the error catalogue into docs/. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const docs = (name) => fileURLToPath(new URL(`../docs/${name}`, import.meta.url));

export async function build() {
  const { writeReference, writeJsonSchema, writeTroubleshooting } = await import('./dist/publish/index.js');
  await writeFile(docs('protocol.md'), writeReference());
  await writeFile(docs('protocol.schema.json'), writeJsonSchema());
  await writeFile(docs('troubleshooting.md'), writeTroubleshooting());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
