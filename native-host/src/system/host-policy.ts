import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isProductVersion } from '@cardwright/protocol/identity';
import { httpsAddress, logLevel } from '@cardwright/protocol/policy';
import * as v from 'valibot';
import { onComputer, type System } from './system.js';

/** A member of the policy that the host cannot read. */
export interface UnreadableMember {
  /** Name of the member; empty if the whole file is meant. */
  readonly name: string;
  /** The values that the host reads there, in words. */
  readonly allowed: string;
}

/** The members of the policy, each with the values that it can have, in words. */
const MEMBERS = {
  /** Least severe level of the lines that the log keeps. */
  logLevel: { schema: logLevel, allowed: logLevel.options.join(', ') },
  /** Oldest version of the host that needs no update. `doctor` reports an older version if `download` is set too. */
  minimumVersion: { schema: v.pipe(v.string(), v.check(isProductVersion)), allowed: 'a version such as 0.2.0' },
  /** HTTPS address from which a newer version can be downloaded. */
  download: { schema: httpsAddress, allowed: 'an https address' },
} as const;

/** Returns a schema that reads a malformed member as undefined, so that the other members still apply. */
const ifReadable = <const S extends v.GenericSchema>(schema: S) => v.fallback(v.optional(schema), undefined);

/** The administrator's settings for the host on one computer. */
const hostPolicy = v.object({
  logLevel: ifReadable(MEMBERS.logLevel.schema),
  minimumVersion: ifReadable(MEMBERS.minimumVersion.schema),
  download: ifReadable(MEMBERS.download.schema),
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
  const parsed = v.safeParse(hostPolicy, readJson(system));
  return parsed.success ? parsed.output : {};
}

/** Lists the members of the policy that the host ignores because they are malformed. A file that has no JSON object has one without a name. */
export function unreadableInHostPolicy(system: System): readonly UnreadableMember[] {
  if (!existsSync(hostPolicyFile(system))) return [];
  const policy = readJson(system);
  if (!isObject(policy)) return [{ name: '', allowed: 'an object with settings' }];
  return Object.entries(MEMBERS)
    .filter(([name, { schema }]) => Object.hasOwn(policy, name) && !v.is(schema, policy[name]))
    .map(([name, { allowed }]) => ({ name, allowed }));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns the content of the file; undefined if there is none, or no JSON. */
function readJson(system: System): unknown {
  try {
    return JSON.parse(readFileSync(hostPolicyFile(system), 'utf8'));
  } catch {
    return undefined;
  }
}
