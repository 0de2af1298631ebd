import type { System } from '../system/system.js';

/**
 * Reads the default value of a Windows registry key, or a named value. A number is returned as reg.exe prints it, such as `0x1`. Returns null if
 * the value does not exist, or is neither a text nor a 32-bit number.
 */
export async function readRegistryValue(system: System, key: string, name?: string): Promise<string | null> {
  const output = await system.run('reg.exe', ['query', key, ...(name === undefined ? ['/ve'] : ['/v', name])]);
  const [, value] = /\sREG_(?:SZ|EXPAND_SZ|DWORD)\s+(.*)$/m.exec(output ?? '') ?? [];
  return value?.trim() ?? null;
}

/** Reads the values of a registry key that a policy uses as a list: the names of these values are numbers. */
export async function readRegistryList(system: System, key: string): Promise<string[]> {
  const output = await system.run('reg.exe', ['query', key]);
  return [...(output ?? '').matchAll(/^\s+\d+\s+REG_SZ\s+(.*)$/gm)].map(([, value = '']) => value.trim());
}
