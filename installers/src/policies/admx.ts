import {
  firefoxDefinitions,
  type PolicyDefinition,
  policyDefinitions,
  type PolicyInput,
} from './policy-definitions.js';
import { FIREFOX_SETTINGS_KEY, REGISTRY_BROWSERS, settingsKey } from './registry.js';
import type { Setting } from './settings.js';
import { type Element, element, xmlDocument } from './xml.js';

export const ADMX_NAMESPACE = 'http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions';

/** Revision of the ADMX and the ADML files. Its first number stands for the form of the texts that an ADML file must have. */
export const REVISION = '1.0';

/** Maximum number of characters that the group policy editor accepts in a text. */
const MAX_TEXT = '1023';
/** The same of JSON, as in Mozilla's own template. */
const MAX_JSON = '16384';

/** Oldest versions that run the extension. A test compares them with its manifests. */
export const OLDEST = { chromium: 121, firefox: 142 } as const;

/** A browser in the group policy editor. */
export interface EditedBrowser {
  readonly id: string;
  readonly name: string;
  /** Oldest version that runs the extension. */
  readonly oldest: number;
  /** Key of the extension's settings. */
  readonly key: string;
  readonly definitions: readonly PolicyDefinition[];
}

/** Returns the browsers with their policies. */
export const editedBrowsers = (settings: Readonly<Record<string, Setting>>): EditedBrowser[] => [
  ...REGISTRY_BROWSERS.map((browser) => ({
    id: browser.id,
    name: browser.name,
    oldest: OLDEST.chromium,
    key: settingsKey(browser),
    definitions: policyDefinitions(settings),
  })),
  {
    id: 'firefox',
    name: 'Mozilla Firefox',
    oldest: OLDEST.firefox,
    key: FIREFOX_SETTINGS_KEY,
    definitions: firefoxDefinitions(settings),
  },
];

/** Writes Cardwright.admx: the extension's settings, for the group policy editor (Microsoft, [MS-GPREG] and "ADMX syntax"). */
export function admx(settings: Readonly<Record<string, Setting>>): string {
  const browsers = editedBrowsers(settings);
  const root = element('policyDefinitions', { xmlns: ADMX_NAMESPACE, revision: REVISION, schemaVersion: '1.0' }, [
    element('policyNamespaces', {}, [
      element('target', { prefix: 'cardwright', namespace: 'Cardwright.Policies.Extension' }),
    ]),
    element('resources', { minRequiredRevision: REVISION }),
    element('supportedOn', {}, [element('definitions', {}, browsers.map(supported))]),
    element('categories', {}, [category('cardwright'), ...browsers.map(({ id }) => category(id, 'cardwright'))]),
    element(
      'policies',
      {},
      browsers.flatMap((browser) => browser.definitions.map((definition) => policy(browser, definition))),
    ),
  ]);
  return xmlDocument(root);
}

const supported = ({ id }: EditedBrowser): Element =>
  element('definition', { name: `supported_${id}`, displayName: `$(string.supported_${id})` });

const category = (name: string, parent?: string): Element =>
  element('category', { name: `category_${name}`, displayName: `$(string.category_${name})` }, [
    ...(parent === undefined ? [] : [element('parentCategory', { ref: `category_${parent}` })]),
  ]);

function policy(browser: EditedBrowser, definition: PolicyDefinition): Element {
  const { name, inputs, subkey } = definition;
  const key = subkey === '' ? browser.key : `${browser.key}\\${subkey}`;
  const [first] = inputs;
  const isSwitch = first?.kind === 'switch';
  const attributes = {
    name: `${browser.id}_${name}`,
    class: 'Both',
    displayName: `$(string.${name})`,
    explainText: `$(string.${name}_explain)`,
    ...(isSwitch ? {} : { presentation: `$(presentation.${name})` }),
    key,
    ...(isSwitch ? { valueName: first.valueName } : {}),
  };
  const decided = (label: string, value: number): Element =>
    element(label, {}, [element('decimal', { value: String(value) })]);
  return element('policy', attributes, [
    element('parentCategory', { ref: `category_${browser.id}` }),
    element('supportedOn', { ref: `supported_${browser.id}` }),
    ...(isSwitch
      ? [decided('enabledValue', 1), decided('disabledValue', 0)]
      : [
          element(
            'elements',
            {},
            inputs.flatMap((input) => inputElement(definition, input, key)),
          ),
        ]),
  ]);
}

/** Returns the name that connects an element of a policy in the ADMX file with its input box in the ADML files. */
export const inputId = (definition: PolicyDefinition, input: PolicyInput): string =>
  'valueName' in input ? input.valueName : definition.name;

function inputElement(definition: PolicyDefinition, input: PolicyInput, key: string): Element[] {
  // A switch needs no element, because it is the policy itself.
  if (input.kind === 'switch') return [];
  const id = inputId(definition, input);
  if (input.kind === 'list') {
    // With an empty prefix the values are named 1, 2, 3 and so on.
    return [element('list', { id, key, ...(input.named ? { explicitValue: 'true' } : { valuePrefix: '' }) })];
  }
  const { valueName } = input;
  const isOnly = definition.inputs.length === 1 ? { required: 'true' } : {};
  if (input.kind === 'decimal') {
    const { minimum = 0, maximum = 9999 } = input.setting;
    return [element('decimal', { id, valueName, ...isOnly, minValue: String(minimum), maxValue: String(maximum) })];
  }
  if (input.kind === 'json') return [element('multiText', { id, valueName, ...isOnly, maxLength: MAX_JSON })];
  if (input.kind === 'enum')
    return [element('enum', { id, valueName, ...isOnly }, (input.setting.enum ?? []).map(choice))];
  return [element('text', { id, valueName, ...isOnly, maxLength: MAX_TEXT })];
}

const choice = (value: string): Element =>
  element('item', { displayName: `$(string.choice_${value})` }, [element('value', {}, [element('string', {}, value)])]);
