import path from 'node:path';
import { idListsInFiles, idsOf } from '../browsers/obeyed-ids.js';
import { addPolicies, readTemplate, removePolicies, showPolicies } from '../policies/policies.js';
import { PolicyError } from '../policies/policy-error.js';
import type { Addition } from '../policies/merge.js';
import type { System } from '../system/system.js';
import { EXIT } from './exit-code.js';
import type { Print } from './print.js';

/** The advice for Windows and macOS, where `cardwright-host` does not change policies. */
const ELSEWHERE: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  win32:
    'On Windows policies are in the registry: edit installers/policies/windows/chrome.reg or edge.reg and import it with `reg import`, or use Cardwright.admx with group policies.',
  darwin:
    'On macOS policies come with a profile: edit installers/policies/macos/chrome.mobileconfig, edge.mobileconfig or firefox.mobileconfig and install it with your MDM server.',
};

/** A template to add, and the browsers that get it: names in upper or lower case; if empty, every browser that reads such a template. */
export interface PolicyToAdd {
  readonly file: string;
  readonly browsers: readonly string[];
  /** Path of this program's main file. The lists of the extensions that it obeys are found from there. */
  readonly main: string;
}

/**
 * Adds an edited template to the browsers' policies, and returns the exit code.
 *
 * @throws PolicyError when the template cannot be added; nothing was changed then. On Windows and macOS, the message says how to proceed there
 */
export function addPolicy(system: System, print: Print, { file, browsers, main }: PolicyToAdd): number {
  demandFiles(system);
  const template = readTemplate(file, idsOf(idListsInFiles(system, path.dirname(main))));
  for (const { browser, file: changed, additions } of addPolicies(system, template, browsers)) {
    const names = [...new Set(additions.filter(({ kind }) => kind !== 'container').map(nameOf))];
    print(names.length === 0 ? `${browser}: has all of it already` : `${browser}: ${changed}: ${names.join(', ')}`);
  }
  print(
    'Browsers read them by themselves, Firefox when it starts: see chrome://policy, edge://policy, about:policies.',
  );
  return EXIT.success;
}

/**
 * Removes what `addPolicy` added, and returns the exit code.
 *
 * @throws PolicyError on Windows and macOS, and in the cases of `removePolicies`
 */
export function removePolicy(system: System, print: Print, printProblem: Print): number {
  demandFiles(system);
  const { files, troubles } = removePolicies(system);
  for (const file of files) print(`${file}: removed what was added`);
  for (const trouble of troubles) printProblem(trouble);
  if (files.length + troubles.length === 0) print('Nothing was added.');
  return troubles.length === 0 ? EXIT.success : EXIT.failure;
}

/**
 * Prints what `addPolicy` added and what has changed since, and returns the exit code.
 *
 * @throws PolicyError on Windows and macOS, and in the cases of `showPolicies`
 */
export function showPolicy(system: System, print: Print): number {
  demandFiles(system);
  const shown = showPolicies(system);
  if (shown.length === 0) print('Nothing was added.');
  for (const { browser, file, additions } of shown) {
    print(`${browser}: ${file}`);
    for (const { addition, isThere } of additions) {
      const { path, value } = addition;
      print(`  ${path.join(' / ')}: ${JSON.stringify(value)}${isThere ? '' : ' (changed or removed since)'}`);
    }
  }
  return EXIT.success;
}

/** Returns the name of the policy that an addition belongs to. Firefox has all policies in one member, `policies`. */
const nameOf = ({ path: [first = '', second = first] }: Addition): string => (first === 'policies' ? second : first);

function demandFiles({ platform }: System): void {
  const elsewhere = ELSEWHERE[platform];
  if (elsewhere !== undefined) throw new PolicyError(elsewhere);
}
