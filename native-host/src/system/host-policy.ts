import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isProductVersion } from '@cardwright/protocol/identity';
import { httpsAddress, logLevel } from '@cardwright/protocol/policy';
import * as v from 'valibot';
import { onComputer, type System } from './system.js';

/** Returns a schema that reads a malformed member as undefined, so that the other members still apply. */
const ifReadable = <const S extends v.GenericSchema>(schema: S) => v.fallback(v.optional(schema), undefined);

/** The administrator's settings for the host on one computer. */
const hostPolicy = v.object({
  /** Least severe level of the lines that the log keeps. */
  logLevel: ifReadable(logLevel),
  /** Oldest version of the host that needs no update. `doctor` reports an older version if `download` is set too. */
  minimumVersion: ifReadable(v.pipe(v.string(), v.check(isProductVersion))),
  /** HTTPS address from which a newer version can be downloaded. */
  download: ifReadable(httpsAddress),
});
export type HostComputerPolicy = v.InferOutput<typeof hostPolicy>;

/**
 * Returns the path of the policy, in a folder to which only an administrator can write. On Windows this rules out `%ProgramData%`, in which every
 * user may create a folder.
 */
export function hostPolicyFile(system: System): string {
  switch (system.platform) {
    case 'win32':
      return path.join(system.env.ProgramFiles ?? 'C:\\Program Files', 'Cardwright', 'host.json');
    case 'darwin':
      return onComputer(system, '/Library/Application Support/Cardwright/host.json');
    default:
      return onComputer(system, '/etc/cardwright/host.json');
  }
}

/** Reads the policy. Returns an empty policy if the file is missing or unreadable, or contains no JSON object. Ignores malformed members. */
export function readHostPolicy(system: System): HostComputerPolicy {
  try {
    const parsed = v.safeParse(hostPolicy, JSON.parse(readFileSync(hostPolicyFile(system), 'utf8')));
    return parsed.success ? parsed.output : {};
  } catch {
    return {};
  }
}
