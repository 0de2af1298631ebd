import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { logLevel } from './log-level.js';
import { onComputer, type System } from './system.js';

/** What an administrator sets for the host on one computer. */
const hostPolicy = v.object({
  /** Which lines the log keeps. */
  logLevel: v.exactOptional(logLevel),
});
export type HostPolicy = v.InferOutput<typeof hostPolicy>;

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
export function readHostPolicy(system: System): HostPolicy {
  try {
    const parsed = v.safeParse(hostPolicy, JSON.parse(readFileSync(hostPolicyFile(system), 'utf8')));
    return parsed.success ? parsed.output : {};
  } catch {
    return {};
  }
}
