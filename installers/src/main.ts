import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { FleetError, readFleet, tellFleet, type Fleet } from './fleet.js';
import type { PackagingContext } from './package.js';
import { PACKAGES, packagesFor } from './packages.js';
import { commitTime, inRepository } from './parts/repository.js';

/** `npm run package [-- NAME...]`: makes all packages, or the named ones. */
const names = process.argv.slice(2);
const unknown = names.filter((name) => !PACKAGES.some((one) => one.name === name));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}; there is ${PACKAGES.map(({ name }) => name).join(', ')}.`);
  process.exitCode = 2;
} else {
  const fleet = fleetOrComplaint();
  if (fleet === null) process.exitCode = 2;
  else await make(packagesFor(names), fleet);
}

/** Reads the settings of the person who packages, before anything is made. Returns null after a complaint. */
function fleetOrComplaint(): Fleet | null {
  try {
    return readFleet(process.env);
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    console.error(error.message);
    return null;
  }
}

async function make(wanted: typeof PACKAGES, fleet: Fleet): Promise<void> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'cardwright-package-'));
  const context: PackagingContext = {
    version: PRODUCT_VERSION,
    epoch: commitTime(),
    fleet,
    output: inRepository('dist'),
    scratch: (name) => mkdtempSync(path.join(scratch, `${name}-`)),
  };
  // The checksums cover everything in the folder, so a run that makes all packages first removes the packages of an earlier run.
  if (wanted === PACKAGES) rmSync(context.output, { recursive: true, force: true });
  mkdirSync(context.output, { recursive: true });
  try {
    for (const one of wanted) {
      console.log(`Packaging ${one.name} ...`);
      await one.build(context);
    }
    for (const line of tellFleet(fleet)) console.log(line);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
