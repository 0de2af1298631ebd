import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { openStore } from '../portal/dist/server/store/database.js';

const HERE = import.meta.dirname;

const LIBRARIES = ['no-run-folder', 'policy-folder'];

const DIST = path.join(HERE, 'dist');

export async function build() {
  await mkdir(DIST, { recursive: true });
  await Promise.all([compileLibraries(), makeDatabase()]);
}

/** An empty database with all tables, of which each portal on a stage gets a copy (src/portal-database.ts). */
async function makeDatabase() {
  const folder = path.join(DIST, 'database');
  await rm(folder, { recursive: true, force: true });
  const store = await openStore({ folder });
  await store.close();
}

/** What is preloaded into a private pcscd and into a stage's Chromium. */
async function compileLibraries() {
  const compile = (name) =>
    promisify(execFile)('gcc', [
      '-shared',
      '-fPIC',
      '-Wall',
      '-o',
      `${path.join(DIST, name)}.so`,
      `${path.join(HERE, name)}.c`,
    ]);
  await Promise.all(LIBRARIES.map(compile));
}
