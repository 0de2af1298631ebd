import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { inRepository } from '../../parts/repository.js';

/** Manifest and lockfile of the tool that reads the installed npm packages, and of the validator. */
const FILES = ['package.json', 'package-lock.json'].map((name) => inRepository('installers', 'sbom', name));
const PROGRAM = 'node_modules/@cyclonedx/cyclonedx-npm/bin/cyclonedx-npm-cli.js';
/** CycloneDX 1.6: the newest format that the tool writes without experiments. */
export const SPEC_VERSION = '1.6';

/** Reads the document from its standard input, and prints why it is not valid, or nothing. */
const VALIDATE = `
import { text } from 'node:stream/consumers';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
const problem = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(await text(process.stdin));
if (problem !== null) console.log(JSON.stringify(problem));
`;

/** Lists the installed npm packages of workspaces as a CycloneDX document in JSON. */
export function listInstalled(workspaces: readonly string[]): string {
  const options = ['--omit', 'dev', '--output-reproducible', '--short-PURLs', '--spec-version', SPEC_VERSION];
  const chosen = workspaces.flatMap((name) => ['--workspace', name]);
  return execFileSync(process.execPath, [path.join(folder(), PROGRAM), ...options, ...chosen], {
    cwd: inRepository(),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
}

/**
 * Holds a document to the schema that OWASP publishes for CycloneDX, with `@cyclonedx/cyclonedx-library`, in its strict form: unknown members are
 * errors.
 *
 * @throws Error with the violations
 */
export function demandValid(document: string): void {
  const problem = execFileSync(process.execPath, ['--input-type=module', '--eval', VALIDATE], {
    cwd: folder(),
    input: document,
    encoding: 'utf8',
  }).trim();
  if (problem !== '') throw new Error(`The SBOM is not valid CycloneDX ${SPEC_VERSION}: ${problem}`);
}

/**
 * Returns the folder in which the tool is installed. If the cache has no tool for this manifest and lockfile, first installs the tool without its
 * optional packages.
 */
function folder(): string {
  const digest = createHash('sha256');
  for (const file of FILES) digest.update(readFileSync(file));
  const cache = inRepository('.cache', 'sbom');
  const found = path.join(cache, digest.digest('hex').slice(0, 16));
  if (!existsSync(found)) {
    mkdirSync(cache, { recursive: true });
    const fresh = mkdtempSync(path.join(cache, 'installing-'));
    for (const file of FILES) copyFileSync(file, path.join(fresh, path.basename(file)));
    const options = ['--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'];
    execFileSync('npm', ['ci', ...options], { cwd: fresh, stdio: ['ignore', 'ignore', 'inherit'] });
    renameSync(fresh, found);
  }
  return found;
}
