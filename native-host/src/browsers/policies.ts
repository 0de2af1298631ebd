import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { HOST_NAME } from '@cardwright/protocol';
import * as v from 'valibot';
import { onComputer, type System } from '../system/system.js';
import { BROWSER_LOCATIONS, type BrowserLocation } from './locations.js';
import { readRegistryList, readRegistryValue } from './registry.js';

/** What an administrator's policy of one browser says of native hosts (chromeenterprise.google/policies). */
export interface HostPolicy {
  readonly browser: string;
  /** Whether hosts are allowed that a user registered: `NativeMessagingUserLevelHosts`. */
  readonly userLevelHosts: boolean;
  /** Whether `NativeMessagingBlocklist` names our host, or all, and `NativeMessagingAllowlist` does not name it. */
  readonly isBlocked: boolean;
  /** Files, or the key, that say so. */
  readonly sources: readonly string[];
}

const policySchema = v.object({
  NativeMessagingUserLevelHosts: v.optional(v.boolean()),
  NativeMessagingBlocklist: v.optional(v.array(v.string())),
  NativeMessagingAllowlist: v.optional(v.array(v.string())),
});
type Policy = v.InferOutput<typeof policySchema>;

interface Source {
  readonly name: string;
  readonly policy: Policy;
}

/** The policies that say anything of native hosts. */
export async function findHostPolicies(system: System): Promise<HostPolicy[]> {
  const found: HostPolicy[] = [];
  for (const { browser, policies } of BROWSER_LOCATIONS) {
    const sources = policies === null ? [] : await sourcesOf(system, policies);
    if (sources.length > 0) found.push(merge(browser, sources));
  }
  return found;
}

/**
 * The registry key by which Windows forbids its command interpreter for scripts too (DisableCMD = 1, "Prevent access to the command
 * prompt"): Chrome and Edge start hosts through it, unless `NativeHostsExecutablesLaunchDirectly` is set. Null where none does.
 */
export async function findForbiddenInterpreter(system: System): Promise<string | null> {
  if (system.platform !== 'win32') return null;
  for (const hive of ['HKCU', 'HKLM']) {
    const key = `${hive}\\Software\\Policies\\Microsoft\\Windows\\System`;
    if (Number(await readRegistryValue(system, key, 'DisableCMD')) === 1) return key;
  }
  return null;
}

/** Files are merged by the browser; where two name the same policy, one of them wins: the stricter reading is told. */
function merge(browser: string, sources: readonly Source[]): HostPolicy {
  const all = sources.map(({ policy }) => policy);
  const blocked = all.flatMap(({ NativeMessagingBlocklist = [] }) => NativeMessagingBlocklist);
  const allowed = all.flatMap(({ NativeMessagingAllowlist = [] }) => NativeMessagingAllowlist);
  return {
    browser,
    userLevelHosts: all.every(({ NativeMessagingUserLevelHosts = true }) => NativeMessagingUserLevelHosts),
    isBlocked: blocked.some((name) => name === '*' || name === HOST_NAME) && !allowed.includes(HOST_NAME),
    sources: sources.map(({ name }) => name),
  };
}

async function sourcesOf(system: System, places: NonNullable<BrowserLocation['policies']>): Promise<Source[]> {
  const { platform } = system;
  const candidates: (Source | null)[] =
    platform === 'win32'
      ? [await inRegistry(system, places.win32)]
      : platform === 'darwin'
        ? [await inPreferences(system, places.darwin)]
        : places.linux.flatMap((folder) => inFolder(onComputer(system, folder)));
  return candidates.filter((source): source is Source => source !== null && Object.keys(source.policy).length > 0);
}

function inFolder(folder: string): (Source | null)[] {
  return listed(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => sourceOf(path.join(folder, name), () => readFileSync(path.join(folder, name), 'utf8')));
}

async function inPreferences(system: System, domain: string): Promise<Source | null> {
  const file = onComputer(system, `/Library/Managed Preferences/${domain}.plist`);
  const json = await system.run('plutil', ['-convert', 'json', '-o', '-', file]);
  return json === null ? null : sourceOf(file, () => json);
}

async function inRegistry(system: System, key: string): Promise<Source> {
  const name = `HKLM\\${key}`;
  const level = await readRegistryValue(system, name, 'NativeMessagingUserLevelHosts');
  const blocked = await readRegistryList(system, `${name}\\NativeMessagingBlocklist`);
  const allowed = await readRegistryList(system, `${name}\\NativeMessagingAllowlist`);
  return {
    name,
    policy: {
      ...(level === null ? {} : { NativeMessagingUserLevelHosts: Number(level) !== 0 }),
      ...(blocked.length === 0 ? {} : { NativeMessagingBlocklist: blocked }),
      ...(allowed.length === 0 ? {} : { NativeMessagingAllowlist: allowed }),
    },
  };
}

/** A file that is no policy says nothing, to the browser as well. */
function sourceOf(name: string, read: () => string): Source | null {
  try {
    const parsed = v.safeParse(policySchema, JSON.parse(read()));
    return parsed.success ? { name, policy: parsed.output } : null;
  } catch {
    return null;
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    // Most computers have no policies.
    return [];
  }
}
