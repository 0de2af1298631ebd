import { BROWSER_LOCATIONS, HOST_NAME, type BrowserLocation } from '@cardwright/native-host';
import type { Content } from './files.js';
import { guidOf } from './guid.js';
import { MANIFEST_FILES } from './manifests.js';
import { element, textElement } from './xml.js';

/** Opera is none of them: it reads Chrome's key, and has no policies that are known. */
const BROWSERS = BROWSER_LOCATIONS.filter(({ browser }) => browser !== 'Opera');

/** Whether the policies are written too that let Chrome and its kin start the host. */
const WRITE_POLICY = 'WRITEPOLICY';

/**
 * The number of our entry in a list that administrators count from 1. Chrome takes the entries in the order of their numbers, whether
 * or not there are gaps.
 */
const LIST_ENTRY = '7816';

/** Where the MSI remembers which policies are its own, below HKLM. */
const OWN_KEY = 'SOFTWARE\\Cardwright\\Host';

/** What an administrator sets on the command line of msiexec, and what holds where nothing is set. */
export const PUBLIC_PROPERTIES: Readonly<Record<string, '0' | '1'>> = {
  ...Object.fromEntries(BROWSERS.map((one) => [registerProperty(one), '1' as const])),
  [WRITE_POLICY]: '0',
};

function registerProperty({ browser }: BrowserLocation): string {
  return `REGISTER_${browser.toUpperCase()}`;
}

/**
 * Brave and Vivaldi were built from Chromium, whose code looks into Chromium's key and then into Chrome's (launch_context_win.cc,
 * `GetManifestPathWithFlags`); what they make of it cannot be seen, so that they get Chromium's key besides their own.
 */
const ALSO_CHROMIUM = ['Chromium', 'Brave', 'Vivaldi'];

/** The registry values by which browsers find the host, each a component with its condition. */
export function registrations(): Content {
  return merged(
    BROWSERS.map((location) => {
      const { browser, flavour, win32 } = location;
      const readers =
        browser === 'Chromium' ? BROWSERS.filter((one) => ALSO_CHROMIUM.includes(one.browser)) : [location];
      const value = { Key: `${win32}\\${HOST_NAME}`, Value: `[INSTALLDIR]${MANIFEST_FILES[flavour]}`, Type: 'string' };
      return component(`manifest_${browser}`, readers.map((one) => isSet(registerProperty(one))).join(' OR '), [value]);
    }),
  );
}

/**
 * The policies of `WRITEPOLICY=1`. A policy that is set already is the administrator's: it is neither changed nor removed. Our own of an
 * older version is written again, because that version is removed between the search and the writing.
 */
export function policies(): Content & { readonly searches: readonly string[] } {
  const managed = BROWSERS.flatMap((location) => {
    const { browser, policies: places } = location;
    return places === null ? [] : [{ browser, key: places.win32, wanted: isSet(registerProperty(location)) }];
  });
  const contents = managed.flatMap(({ browser, key, wanted }) => {
    const condition = `${isSet(WRITE_POLICY)} AND ${wanted}`;
    const property = foundProperty(browser);
    return [
      component(`allow_${browser}`, condition, [
        { Key: `${key}\\NativeMessagingAllowlist`, Name: LIST_ENTRY, Value: HOST_NAME, Type: 'string' },
      ]),
      component(`direct_${browser}`, `${condition} AND (NOT ${property} OR ${ownProperty(browser)})`, [
        { Key: key, Name: DIRECTLY, Value: '1', Type: 'integer' },
        { Key: OWN_KEY, Name: ownValue(browser), Value: '1', Type: 'integer' },
      ]),
    ];
  });
  const searches = managed.flatMap(({ browser, key }) => [
    search(foundProperty(browser), key, DIRECTLY),
    search(ownProperty(browser), OWN_KEY, ownValue(browser)),
  ]);
  return { ...merged(contents), searches };
}

/** Chrome and Edge then start the host itself, and not cmd.exe with the host: it works where the command prompt is forbidden. */
const DIRECTLY = 'NativeHostsExecutablesLaunchDirectly';

const ownValue = (browser: string): string => `${DIRECTLY} ${browser}`;
const foundProperty = (browser: string): string => `DIRECTLY_${browser.toUpperCase()}`;
const ownProperty = (browser: string): string => `OWN_DIRECTLY_${browser.toUpperCase()}`;
const isSet = (property: string): string => `${property}="1"`;

interface RegistryValue extends Readonly<Record<string, string>> {
  readonly Key: string;
  readonly Value: string;
  readonly Type: string;
}

function component(name: string, condition: string, values: readonly RegistryValue[]): Content {
  const written = values.map((value, index) =>
    element('RegistryValue', {
      Id: `${name}_${index}`,
      Root: 'HKLM',
      ...value,
      ...(index === 0 ? { KeyPath: 'yes' } : {}),
    }),
  );
  const attributes = { Id: name, Guid: guidOf(`registry ${name}`), Win64: 'yes' };
  return {
    elements: [element('Component', attributes, [textElement('Condition', {}, condition), ...written])],
    components: [name],
  };
}

/** A property that is set where a registry value is there. */
function search(property: string, key: string, name: string): string {
  const attributes = { Id: property, Root: 'HKLM', Key: key, Name: name, Type: 'raw', Win64: 'yes' };
  return element('Property', { Id: property }, [element('RegistrySearch', attributes)]);
}

const merged = (contents: readonly Content[]): Content => ({
  elements: contents.flatMap(({ elements }) => elements),
  components: contents.flatMap(({ components }) => components),
});
