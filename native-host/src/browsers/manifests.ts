import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ErrorCode } from '@cardwright/protocol';
import { HOST_NAME } from '@cardwright/protocol/identity';
import * as v from 'valibot';
import { codeOf } from '../system/error-code.js';
import { inHome, onComputer, type System } from '../system/system.js';
import type { ExtensionIds } from '../system/caller.js';
import { admissionOf } from './extension-ids.js';
import { manifestIn } from './host-manifest.js';
import { readLauncher } from './launcher.js';
import { BROWSER_LOCATIONS, type BrowserLocation, type ManifestFlavour } from './locations.js';
import { idsOf, readIdLists } from './obeyed-ids.js';
import { readRegistryValue } from './registry.js';
import { whyNotStartable } from './start-file.js';

/** A native-messaging manifest that browsers find. */
export interface FoundManifest {
  /** The browsers that read this file. */
  readonly browsers: readonly string[];
  readonly scope: 'user' | 'computer';
  readonly file: string;
  /** The admitted extensions, as the manifest lists them. */
  readonly extensions: readonly string[];
  /** The program that the browser starts; null if the file cannot be read or is not a manifest. */
  readonly program: string | null;
  /** The defect of the manifest or of the program that it names; null if no defect was found. */
  readonly trouble: { readonly code: ErrorCode; readonly words: string } | null;
}

const manifestSchema = v.object({
  name: v.string(),
  path: v.string(),
  type: v.string(),
  allowed_origins: v.optional(v.array(v.string())),
  allowed_extensions: v.optional(v.array(v.string())),
});

/**
 * Finds all Cardwright manifests that a browser reads. For each browser, the user's manifest comes before the computer's, as in the browser's
 * own search.
 */
export async function findManifests(system: System): Promise<FoundManifest[]> {
  const found: FoundManifest[] = [];
  for (const location of BROWSER_LOCATIONS) {
    for (const { scope, file } of await placesOf(system, location)) {
      const known = found.findIndex((manifest) => manifest.file === file);
      const content = known < 0 ? read(file) : null;
      if (content !== null) found.push(await judge(system, location, { scope, file }, content));
      const shared = found[known];
      if (shared) found[known] = { ...shared, browsers: [...shared.browsers, location.browser] };
    }
  }
  return found;
}

interface Place {
  readonly scope: FoundManifest['scope'];
  readonly file: string;
}

async function placesOf(system: System, { linux, darwin, machine, win32 }: BrowserLocation): Promise<Place[]> {
  const { platform } = system;
  if (platform === 'win32') return placesInRegistry(system, win32);
  const user = platform === 'darwin' ? path.join(system.home, darwin) : inHome(system, linux);
  const folders = platform === 'darwin' ? machine.darwin : machine.linux;
  return [
    { scope: 'user', file: manifestIn(user) },
    ...folders.map((folder) => ({ scope: 'computer', file: manifestIn(onComputer(system, folder)) }) as const),
  ];
}

async function placesInRegistry(system: System, key: string): Promise<Place[]> {
  const places: Place[] = [];
  for (const [hive, scope] of [['HKCU', 'user'] as const, ['HKLM', 'computer'] as const]) {
    const file = await readRegistryValue(system, `${hive}\\${key}\\${HOST_NAME}`);
    if (file !== null) places.push({ scope, file });
  }
  return places;
}

/** Content of an existing file; `text` is null if the file cannot be read. */
interface Content {
  readonly text: string | null;
}

function read(file: string): Content | null {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    const isMissing = ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');
    return isMissing ? null : { text: null };
  }
}

async function judge(
  system: System,
  { browser, flavour }: BrowserLocation,
  { scope, file }: Place,
  { text }: Content,
): Promise<FoundManifest> {
  const nothing = { browsers: [browser], scope, file, extensions: [], program: null };
  const invalid = (words: string): FoundManifest => ({
    ...nothing,
    trouble: { code: 'HOST_MANIFEST_INVALID', words },
  });
  if (text === null) return invalid('it cannot be read');
  // Windows editors write a byte order mark, which Firefox refuses.
  if (text.startsWith('\u{feff}')) return invalid('it begins with a byte order mark');
  const manifest = parse(text);
  if (manifest === null) return invalid('it is no manifest');
  const extensions = (flavour === 'chromium' ? manifest.allowed_origins : manifest.allowed_extensions) ?? [];
  const found = { browsers: [browser], scope, file, extensions, program: manifest.path };
  const because = (code: ErrorCode, words: string): FoundManifest => ({ ...found, trouble: { code, words } });
  if (manifest.name !== HOST_NAME) return because('HOST_MANIFEST_INVALID', `its name is ${manifest.name}`);
  if (manifest.type !== 'stdio') return because('HOST_MANIFEST_INVALID', `its type is ${manifest.type}`);
  if (system.platform !== 'win32' && !path.isAbsolute(manifest.path)) {
    return because('HOST_MANIFEST_INVALID', 'its path is not absolute');
  }
  // On Windows a path may be relative to the manifest.
  const program = path.resolve(path.dirname(file), manifest.path);
  const mismatch = mismatchOf(flavour, extensions, idsOf(await readIdLists(system, programFolderOf(program))));
  if (mismatch !== null) return because('HOST_FORBIDDEN', mismatch);
  const trouble = whyNotStartable(system, program);
  return trouble === null ? { ...found, trouble: null } : because('HOST_START_FAILED', trouble);
}

/** Compares the extensions that a manifest admits with those that its host obeys. Returns the difference in words; null if there is none. */
function mismatchOf(flavour: ManifestFlavour, admitted: readonly string[], obeyed: ExtensionIds): string | null {
  const wanted = obeyed[flavour].map((id) => admissionOf(flavour, id));
  const missing = wanted.filter((entry) => !admitted.includes(entry));
  if (missing.length > 0) return `it admits ${admitted.join(', ') || 'no extension'}, not ${missing.join(', ')}`;
  const refused = admitted.filter((entry) => !wanted.includes(entry));
  return refused.length === 0 ? null : `it admits ${refused.join(', ')}, which the host does not obey`;
}

/** Returns the folder of the main file that a program starts. Of a program that is not our launcher, this is the folder beside it in a package. */
function programFolderOf(program: string): string {
  try {
    const launched = readLauncher(program, readFileSync(program, 'utf8'));
    if (launched !== null) return path.dirname(launched.main);
  } catch {
    // `whyNotStartable` reports a program that cannot be read.
  }
  return path.join(path.dirname(program), 'app');
}

function parse(text: string): v.InferOutput<typeof manifestSchema> | null {
  try {
    const parsed = v.safeParse(manifestSchema, JSON.parse(text));
    return parsed.success ? parsed.output : null;
  } catch {
    // The text is not JSON.
    return null;
  }
}
