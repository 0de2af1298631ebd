import { BROWSER_LOCATIONS, HOST_NAME, type BrowserLocation } from '@cardwright/native-host';
import type { Content } from './files.js';
import { guidOf } from './guid.js';
import { MANIFEST_FILES } from './manifests.js';
import { element, textElement } from './xml.js';

/** Browsers with a registry key of their own. Opera has no such key: Opera reads Chrome's key, and has no known policies. */
const BROWSERS = BROWSER_LOCATIONS.filter(({ browser }) => browser !== 'Opera');

/** Name of the property that makes the MSI also write policies, which let Chromium-based browsers start the host. */
const WRITE_POLICY = 'WRITEPOLICY';

/**
 * Name of our entry in a policy list. Administrators number their entries from 1, and hardly reach this number. Chrome takes the entries in the
 * order of their numbers, and accepts gaps.
 */
const LIST_ENTRY = '7816';

/** The properties that an administrator can set on the command line of msiexec, with their defaults. */
export const PUBLIC_PROPERTIES: Readonly<Record<string, '0' | '1'>> = {
  ...Object.fromEntries(BROWSERS.map((one) => [registerProperty(one), '1' as const])),
  [WRITE_POLICY]: '0',
};

function registerProperty({ browser }: BrowserLocation): string {
  return `REGISTER_${browser.toUpperCase()}`;
}

/**
 * Browsers for which Chromium's key is written. Brave and Vivaldi were built from Chromium, whose code looks into Chromium's key and then into
 * Chrome's (launch_context_win.cc, `GetManifestPathWithFlags`). The changes of Brave and Vivaldi to this code cannot be seen, so they may look
 * into Chromium's key too.
 */
const ALSO_CHROMIUM = ['Chromium', 'Brave', 'Vivaldi'];

/** Registry values, each with a condition, and the searches that the conditions need. */
export interface Registry extends Content {
  readonly searches: readonly Search[];
}

/** A property that is set if a registry value exists. */
export interface Search {
  readonly property: string;
  readonly element: string;
}

/** Makes the registry values by which browsers find the host. */
export function registrations(): Registry {
  return merged(
    BROWSERS.map((location) => {
      const { browser, flavour, win32 } = location;
      const readers =
        browser === 'Chromium' ? BROWSERS.filter((one) => ALSO_CHROMIUM.includes(one.browser)) : [location];
      const wanted = readers.map((one) => isSet(registerProperty(one))).join(' OR ');
      const value = { Key: `${win32}\\${HOST_NAME}`, Value: `[INSTALLDIR]${MANIFEST_FILES[flavour]}`, Type: 'string' };
      return component(`manifest_${browser}`, wanted, value);
    }),
  );
}

/** Makes the policies of `WRITEPOLICY=1`. An existing policy is the administrator's: such a policy is neither changed nor removed. */
export function policies(): Registry {
  return merged(
    BROWSERS.flatMap((location) => {
      const { browser, policies: places } = location;
      if (places === null) return [];
      const wanted = `${isSet(WRITE_POLICY)} AND ${isSet(registerProperty(location))}`;
      const list = `${places.win32}\\NativeMessagingAllowlist`;
      return [
        componentUnlessSet(`allow_${browser}`, wanted, {
          Key: list,
          Name: LIST_ENTRY,
          Value: HOST_NAME,
          Type: 'string',
        }),
        componentUnlessSet(`direct_${browser}`, wanted, {
          Key: places.win32,
          Name: DIRECTLY,
          Value: '1',
          Type: 'integer',
        }),
      ];
    }),
  );
}

/**
 * Policy that lets Chrome and Edge start the host itself, not cmd.exe with the host, so that the host also starts where the command prompt is
 * forbidden.
 */
const DIRECTLY = 'NativeHostsExecutablesLaunchDirectly';

const isSet = (property: string): string => `${property}="1"`;

interface RegistryValue {
  readonly Key: string;
  /** Name of the value; if left out, the key's default value. */
  readonly Name?: string;
  readonly Value: string;
  readonly Type: string;
}

/**
 * Makes a component for a registry value that is written only if the value does not exist yet. Our own value of an older version is written
 * again, although it still exists when the conditions are judged: the older version is removed after the search and before the writing.
 */
function componentUnlessSet(name: string, wanted: string, value: RegistryValue): Registry {
  const isThere = `FOUND_${name.toUpperCase()}`;
  const { searches, ...content } = component(name, `${wanted} AND (NOT ${isThere} OR ${ownProperty(name)})`, value);
  return { ...content, searches: [...searches, search(isThere, value.Key, value.Name)] };
}

/** Key below HKLM in which the MSI remembers what it has written. */
const OWN_KEY = 'SOFTWARE\\Cardwright\\Host';

/** Returns the name of the property that is set if this or an older MSI has written the value of a component. */
const ownProperty = (name: string): string => `OWN_${name.toUpperCase()}`;

/**
 * Makes a component for a registry value. An installation writes the value if `wanted` holds. The removal of the MSI removes the value if the
 * MSI has written it. A removal does not repeat the properties of the installation, so its condition asks what the MSI has written. With
 * `wanted` alone, wine would leave an installed component if `wanted` fails, and remove a component that was never installed.
 */
function component(name: string, wanted: string, value: RegistryValue): Registry {
  const condition = `(REMOVE="ALL" AND ${ownProperty(name)}) OR (NOT REMOVE="ALL" AND (${wanted}))`;
  const record = { Key: OWN_KEY, Name: name, Value: '1', Type: 'integer' };
  const attributes = { Id: name, Guid: guidOf(`registry ${name}`), Win64: 'yes' };
  const content = [
    textElement('Condition', {}, condition),
    element('RegistryValue', { Id: name, Root: 'HKLM', ...value, KeyPath: 'yes' }),
    element('RegistryValue', { Id: `${name}_own`, Root: 'HKLM', ...record }),
  ];
  return {
    elements: [element('Component', attributes, content)],
    components: [name],
    searches: [search(ownProperty(name), OWN_KEY, name)],
  };
}

function search(property: string, key: string, name: string | undefined): Search {
  const attributes = { Id: property, Root: 'HKLM', Key: key, Name: name, Type: 'raw', Win64: 'yes' };
  return { property, element: element('Property', { Id: property }, [element('RegistrySearch', attributes)]) };
}

const merged = (all: readonly Registry[]): Registry => ({
  elements: all.flatMap(({ elements }) => elements),
  components: all.flatMap(({ components }) => components),
  searches: all.flatMap(({ searches }) => searches),
});
