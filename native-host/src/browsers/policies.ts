import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { HOST_NAME } from '@cardwright/protocol/identity';
import * as v from 'valibot';
import { onComputer, type System } from '../system/system.js';
import { BROWSER_LOCATIONS, type BrowserLocation } from './locations.js';
import { readRegistryList, readRegistryValue } from './registry.js';

/** The administrator's policy on native hosts for one browser (chromeenterprise.google/policies). */
export interface HostPolicy {
  readonly browser: string;
  /** Set when hosts that a user registered are allowed: `NativeMessagingUserLevelHosts`. */
  readonly userLevelHosts: boolean;
  /** Set when `NativeMessagingBlocklist` names our host or all hosts, and `NativeMessagingAllowlist` does not name our host. */
  readonly isBlocked: boolean;
  /** The files or the registry key that contain the policy. */
  readonly sources: readonly string[];
}

const policySchema = v.object({
  NativeMessagingUserLevelHosts: v.optional(v.boolean()),
  NativeMessagingBlocklist: v.optional(v.array(v.string())),
  NativeMessagingAllowlist: v.optional(v.array(v.string())),
  /** Names of policies whose lists the browser combines. */
  PolicyListMultipleSourceMergeList: v.optional(v.array(v.string())),
});
type Policy = v.InferOutput<typeof policySchema>;

interface Source {
  readonly name: string;
  readonly policy: Policy;
}

/** Finds the administrator's policies on native hosts, one result for each browser that has such policies. */
export async function findHostPolicies(system: System): Promise<HostPolicy[]> {
  const found: HostPolicy[] = [];
  for (const { browser, policies } of BROWSER_LOCATIONS) {
    const sources = policies === null ? [] : await sourcesOf(system, policies);
    if (sources.some(isAboutHosts)) found.push(merge(browser, sources));
  }
  return found;
}

/** The policy that disables the Windows command interpreter, through which Chrome and Edge start hosts. */
export interface ForbiddenInterpreter {
  /** The registry key that contains the policy. */
  readonly key: string;
  /** Browsers that start hosts without the interpreter: `NativeHostsExecutablesLaunchDirectly`. */
  readonly direct: readonly string[];
  /** Chromium-based browsers that start hosts through the interpreter. */
  readonly hindered: readonly string[];
}

/**
 * Finds the registry key that disables the Windows command interpreter, for scripts too (DisableCMD = 1, "Prevent access to the command
 * prompt"). Chrome and Edge start hosts through this interpreter if `NativeHostsExecutablesLaunchDirectly` is not set. Returns null if no key
 * disables the interpreter.
 */
export async function findForbiddenInterpreter(system: System): Promise<ForbiddenInterpreter | null> {
  if (system.platform !== 'win32') return null;
  for (const hive of ['HKCU', 'HKLM']) {
    const key = `${hive}\\Software\\Policies\\Microsoft\\Windows\\System`;
    if (Number(await readRegistryValue(system, key, 'DisableCMD')) === 1) {
      return { key, ...(await waysToStart(system)) };
    }
  }
  return null;
}

async function waysToStart(system: System): Promise<Record<'direct' | 'hindered', string[]>> {
  const ways: Record<'direct' | 'hindered', string[]> = { direct: [], hindered: [] };
  for (const { browser, policies } of BROWSER_LOCATIONS) {
    if (policies === null) continue;
    const value = await readRegistryValue(system, `HKLM\\${policies.win32}`, 'NativeHostsExecutablesLaunchDirectly');
    ways[Number(value) === 1 ? 'direct' : 'hindered'].push(browser);
  }
  return ways;
}

/**
 * Merges the policies of one browser as Chromium does (config_dir_policy_loader.cc, policy_merger.cc). Of the files that set the same policy, the last
 * one by name counts. The lists of all files are combined only if `PolicyListMultipleSourceMergeList` names the policy or `*`.
 */
function merge(browser: string, sources: readonly Source[]): HostPolicy {
  const policy = sources.reduce<Policy>((earlier, later) => ({ ...earlier, ...later.policy }), {});
  const combined = policy.PolicyListMultipleSourceMergeList ?? [];
  const listOf = (name: 'NativeMessagingBlocklist' | 'NativeMessagingAllowlist'): readonly string[] =>
    combined.includes(name) || combined.includes('*')
      ? sources.flatMap((source) => source.policy[name] ?? [])
      : (policy[name] ?? []);
  return {
    browser,
    userLevelHosts: policy.NativeMessagingUserLevelHosts ?? true,
    isBlocked:
      listOf('NativeMessagingBlocklist').some((name) => name === '*' || name === HOST_NAME) &&
      !listOf('NativeMessagingAllowlist').includes(HOST_NAME),
    sources: sources.filter(isAboutHosts).map(({ name }) => name),
  };
}

const isAboutHosts = ({ policy }: Source): boolean =>
  Object.keys(policy).some((name) => name !== 'PolicyListMultipleSourceMergeList');

async function sourcesOf(system: System, places: NonNullable<BrowserLocation['policies']>): Promise<Source[]> {
  const { platform } = system;
  const candidates: (Source | null)[] =
    platform === 'win32'
      ? [await inRegistry(system, places.win32)]
      : platform === 'darwin'
        ? [await inPreferences(system, places.darwin)]
        : places.linux.flatMap((folder) => inFolder(onComputer(system, folder)));
  return candidates.filter((source) => source !== null);
}

/** Reads every file of a folder, whatever its name ends with, because Chromium does so. */
function inFolder(folder: string): (Source | null)[] {
  return listed(folder).map((name) =>
    sourceOf(path.join(folder, name), () => readFileSync(path.join(folder, name), 'utf8')),
  );
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

/** Reads a policy file. Returns null if the file cannot be read, is not a JSON object, or has a wrong type for one of our policies. */
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
    // The folder does not exist on a computer without policies.
    return [];
  }
}
