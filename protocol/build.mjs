/** Writes what is generated from the command table, the error catalogue and the other sources of the protocol into docs/. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const docs = (name) => fileURLToPath(new URL(`../docs/${name}`, import.meta.url));

export async function build() {
  const { writeJsonErrors, writeReference, writeJsonSchema, writeTroubleshooting, writeVectors } =
    await import('./dist/publish/index.js');
  await writeFile(docs('protocol.md'), writeReference());
  await writeFile(docs('protocol.schema.json'), writeJsonSchema());
  await writeFile(docs('protocol.errors.json'), writeJsonErrors());
  const published = await readFile(docs('protocol.vectors.json'), 'utf8').catch(() => '');
  await writeFile(docs('protocol.vectors.json'), await writeVectors(published));
  await writeFile(docs('troubleshooting.md'), writeTroubleshooting());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
