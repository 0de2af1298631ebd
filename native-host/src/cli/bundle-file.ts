import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { arch, release, type as systemName } from 'node:os';
import type { DiagnosticCheck } from '@cardwright/protocol/command-definitions';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { MAX_BUNDLE_LENGTH, supportBundle, type SupportBundle } from '@cardwright/protocol/trace';
import * as v from 'valibot';
import { findBrowsers } from '../browsers/packaging.js';
import { findHostPolicies } from '../browsers/policies.js';
import { logFileOf } from '../logs/log-place.js';
import { tailOf } from '../logs/log-tail.js';
import { codeOf } from '../system/error-code.js';
import { hostPolicyFile, readHostPolicy } from '../system/host-policy.js';
import { onComputer, type System } from '../system/system.js';

const MAX_LOG_LINES = 500;
const MAX_LINE = 2_000;
const MAX_VALUE = 400;
const PRIVATE_FILE = 0o600;

/**
 * Writes the support bundle for a help desk into a new file.
 *
 * @throws BundleError when the file exists or cannot be written
 */
export async function writeBundle(file: string, checks: readonly DiagnosticCheck[], system: System): Promise<void> {
  const bundle = v.parse(supportBundle, withoutHome(await makeBundle(checks, system), system.home));
  try {
    writeFileSync(file, `${JSON.stringify(bundle, null, 2)}\n`, { flag: 'wx', mode: PRIVATE_FILE });
  } catch (error) {
    throw new BundleError(codeOf(error) === 'EEXIST' ? `${file} exists already` : `${file} cannot be written`, {
      cause: error,
    });
  }
}

/** The reason why a bundle cannot be written or read, in words for the user. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

async function makeBundle(checks: readonly DiagnosticCheck[], system: System): Promise<SupportBundle> {
  const browsers = findBrowsers(system).map(({ browser, packaging }) => `${browser} (${packaging})`);
  return {
    format: 'cardwright-support',
    version: 1,
    made: Date.now(),
    madeBy: 'host',
    versions: { extension: null, host: PRODUCT_VERSION },
    environment: {
      system: `${systemName()} ${release()} ${arch()}`.slice(0, MAX_VALUE),
      distribution: distributionOf(system).slice(0, MAX_VALUE),
      node: process.version,
      session: (system.env.XDG_SESSION_TYPE ?? '').slice(0, MAX_VALUE),
      browsers: browsers.join(', ').slice(0, MAX_VALUE),
    },
    checks: [...checks],
    policy: { [hostPolicyFile(system)]: readHostPolicy(system), browsers: await findHostPolicies(system) },
    trace: null,
    log: tailOf(logFileOf(system), MAX_LOG_LINES).map((line) => line.slice(0, MAX_LINE)),
  };
}

/** Returns the name of the Linux distribution (PRETTY_NAME of os-release(5)); an empty string if the name is unknown. */
function distributionOf(system: System): string {
  try {
    const text = readFileSync(onComputer(system, '/etc/os-release'), 'utf8');
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(text)?.[1] ?? '';
  } catch {
    return '';
  }
}

/** Replaces the path of the home folder by `~`, because the path contains the account's name. */
const withoutHome = (bundle: SupportBundle, home: string): unknown =>
  JSON.parse(JSON.stringify(bundle), (_, value: unknown) =>
    typeof value === 'string' && home.length > 1 ? value.replaceAll(home, '~') : value,
  );

/**
 * Reads a bundle of the host or of the extension.
 *
 * @throws BundleError when the file cannot be read or is not a bundle
 */
export function readBundle(file: string): SupportBundle {
  const text = readText(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BundleError(`${file} is no JSON`, { cause: error });
  }
  const parsed = v.safeParse(supportBundle, value);
  if (parsed.success && canBeWritten(value)) return parsed.output;
  if (parsed.success) throw new BundleError(`${file} nests too deeply`);
  const [issue] = parsed.issues;
  const where = v.getDotPath(issue) ?? 'the whole';
  throw new BundleError(`${file} is no support bundle of this version: ${where}: ${issue.message}`);
}

/** True if a value can be written as JSON. A value that is nested too deeply can be parsed, but not written again. */
function canBeWritten(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}

function readText(file: string): string {
  try {
    const state = statSync(file);
    if (!state.isFile()) throw new BundleError(`${file} is no file`);
    // `MAX_BUNDLE_LENGTH` counts UTF-16 code units. Each is three bytes of UTF-8 at most.
    if (state.size > 3 * MAX_BUNDLE_LENGTH) throw new BundleError(`${file} is larger than any support bundle`);
    const text = readFileSync(file, 'utf8');
    if (text.length > MAX_BUNDLE_LENGTH) throw new BundleError(`${file} is larger than any support bundle`);
    return text;
  } catch (error) {
    if (error instanceof BundleError) throw error;
    throw new BundleError(`${file} cannot be read`, { cause: error });
  }
}
