import { readFileSync } from 'node:fs';
import path from 'node:path';
import { httpsAddress, isProductVersion, logLevel } from '@cardwright/protocol';
import * as v from 'valibot';
import { onComputer, type System } from './system.js';

/** A member that is ignored where it cannot be read, so that the others still count. */
const ifReadable = <const S extends v.GenericSchema>(schema: S) => v.fallback(v.optional(schema), undefined);

/** What an administrator sets for the host on one computer. */
const hostPolicy = v.object({
  /** Which lines the log keeps. */
  logLevel: ifReadable(logLevel),
  /** The oldest version of the host that need not be updated, and where a newer one is: `doctor` reports that. */
  minimumVersion: ifReadable(v.pipe(v.string(), v.check(isProductVersion))),
  download: ifReadable(httpsAddress),
});
export type HostComputerPolicy = v.InferOutput<typeof hostPolicy>;

/** Its file, which only an administrator can write. On Windows that is not so in `%ProgramData%`, where every user may make a folder. */
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

/** The policy in force; empty where there is no file, or one that cannot be read. */
export function readHostPolicy(system: System): HostComputerPolicy {
  try {
    const parsed = v.safeParse(hostPolicy, JSON.parse(readFileSync(hostPolicyFile(system), 'utf8')));
    return parsed.success ? parsed.output : {};
  } catch {
    return {};
  }
}
