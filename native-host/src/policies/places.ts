import path from 'node:path';
import { BROWSER_LOCATIONS, type ManifestFlavour } from '../browsers/locations.js';
import { isObject, type JsonObject, type JsonPath, valueAt } from './json.js';

/** The folder from which one browser reads policies on Linux, and the file that may be created there. */
export interface PolicyPlace {
  readonly browser: string;
  readonly flavour: ManifestFlavour;
  /** Absolute path of the folder. */
  readonly folder: string;
  /** File for policies that no existing file sets: our own file, or the only file of Firefox. */
  readonly file: string;
}

const OWN_FILE = 'cardwright.json';
/** The only file of policies that Firefox reads outside the folder of its program (mozilla.github.io/policy-templates). */
const FIREFOX_FILE = '/etc/firefox/policies/policies.json';

export const POLICY_PLACES: readonly PolicyPlace[] = [
  ...BROWSER_LOCATIONS.flatMap(({ browser, flavour, policies }) =>
    (policies?.linux ?? []).map((folder) => ({ browser, flavour, folder, file: path.posix.join(folder, OWN_FILE) })),
  ),
  { browser: 'Firefox', flavour: 'firefox', folder: path.posix.dirname(FIREFOX_FILE), file: FIREFOX_FILE },
];

/** Returns the kind of browser that a template is for. Firefox's templates have a single member, `policies`. */
export const flavourOf = (template: JsonObject): ManifestFlavour =>
  isObject(template.policies) ? 'firefox' : 'chromium';

/**
 * Splits a template into units, each of which must be set in a single file. Chromium merges neither lists nor objects of several files: if two
 * files set the same policy, the last file by name wins (config_dir_policy_loader.cc). So each policy is a unit. Inside `3rdparty` in a template
 * for Chromium, each setting of an extension is a unit.
 */
export function unitsOf(template: JsonObject): JsonPath[] {
  const depth = flavourOf(template) === 'firefox' ? ['policies'] : [];
  return membersAt(template, depth).flatMap((policy) => {
    if (flavourOf(template) === 'firefox' || policy.at(-1) !== '3rdparty') return [policy];
    const domains = membersAt(template, policy);
    return domains
      .flatMap((domain) => membersAt(template, domain))
      .flatMap((component) => membersAt(template, component));
  });
}

function membersAt(template: JsonObject, at: JsonPath): JsonPath[] {
  const value = at.length === 0 ? template : valueAt(template, at);
  return isObject(value) ? Object.keys(value).map((name) => [...at, name]) : [at];
}

/** True if the browser of a place reads policies from the file `candidate`. Chromium reads every file of its folder, Firefox reads only one file. */
export const isPolicyFile = ({ flavour, folder, file }: PolicyPlace, candidate: string): boolean =>
  flavour === 'firefox' ? candidate === file : path.posix.join(folder, path.posix.basename(candidate)) === candidate;
