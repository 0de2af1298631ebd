import { EXAMPLES } from './examples.js';
import { oneLine } from './json-text.js';
import { registryKeyOf } from './registry.js';
import type { Setting } from './settings.js';

/** An input of the group policy editor, in the words of ADMX. */
export type PolicyInput =
  | { readonly kind: 'switch'; readonly valueName: string }
  | { readonly kind: 'text' | 'decimal' | 'enum'; readonly valueName: string; readonly setting: Setting }
  /** JSON, over several lines. */
  | { readonly kind: 'json'; readonly valueName: string }
  /** A list of values. The names of the values are numbers; with `named`, the administrator enters the names. */
  | { readonly kind: 'list'; readonly named: boolean };

/** One policy of the group policy editor. */
export interface PolicyDefinition {
  /** Name of the policy, unique among the policies; letters and underscores. */
  readonly name: string;
  /** Path of the setting in the schema, by which its words are found. */
  readonly path: readonly string[];
  readonly setting: Setting;
  /** Subkey of the extension's settings that has the policy's values; '' if the key of the settings itself has them. */
  readonly subkey: string;
  readonly inputs: readonly PolicyInput[];
  /** Example lines such as `https://cms.example.com = ["read"]`; empty if the input needs no explanation. */
  readonly examples: readonly string[];
}

/**
 * Makes the policies for the settings: one for each setting. An object whose named members are not all free texts gets one policy for each
 * member instead.
 */
export const policyDefinitions = (settings: Readonly<Record<string, Setting>>): PolicyDefinition[] =>
  Object.entries(settings).flatMap(([name, setting]) => {
    const { properties = {} } = setting;
    if (isTexts(setting)) return [textsDefinition(name, setting)];
    const members = Object.entries(properties);
    if (members.length === 0) return [definition([name], setting, '')];
    return members.map(([member, content]) => definition([name, member], content, name));
  });

/**
 * Makes the policies for Firefox: one for each setting. Firefox converts nothing but a REG_MULTI_SZ, which it reads as JSON: a number would not become a
 * switch, nor a text a list (WindowsGPOParser.sys.mjs). So texts, and lists of texts, are entered as for Chromium, and everything else as JSON.
 */
export const firefoxDefinitions = (settings: Readonly<Record<string, Setting>>): PolicyDefinition[] =>
  Object.entries(settings).map(([name, setting]) => {
    if (isTexts(setting)) return textsDefinition(name, setting);
    if (setting.type === 'string' || (setting.type === 'array' && setting.items?.type === 'string'))
      return definition([name], setting, '');
    const inputs = [{ kind: 'json', valueName: name }] as const;
    return { name: `${name}_json`, path: [name], setting, subkey: '', inputs, examples: [oneLine(EXAMPLES[name])] };
  });

/** True for an object whose members are named and all free texts. */
const isTexts = ({ properties }: Setting): boolean =>
  properties !== undefined &&
  Object.values(properties).every(({ type, enum: values }) => type === 'string' && values === undefined);

const textsDefinition = (name: string, setting: Setting): PolicyDefinition => ({
  name,
  path: [name],
  setting,
  subkey: name,
  inputs: Object.entries(setting.properties ?? {}).map(([valueName, content]) => ({
    kind: 'text',
    valueName,
    setting: content,
  })),
  examples: [],
});

function definition(path: readonly string[], setting: Setting, parent: string): PolicyDefinition {
  const valueName = path.at(-1) ?? '';
  const name = path.join('_');
  const common = { name, path, setting };
  switch (setting.type) {
    case 'boolean':
      return { ...common, subkey: parent, inputs: [{ kind: 'switch', valueName }], examples: [] };
    case 'integer':
      return { ...common, subkey: parent, inputs: [{ kind: 'decimal', valueName, setting }], examples: [] };
    case 'string': {
      const kind = setting.enum === undefined ? 'text' : 'enum';
      return { ...common, subkey: parent, inputs: [{ kind, valueName, setting }], examples: [] };
    }
    default: {
      const named = setting.type === 'object';
      const { values } = registryKeyOf('', valueName, EXAMPLES[valueName]);
      const examples = Object.entries(values).map(([key, value]) => (named ? `${key} = ${value}` : String(value)));
      return { ...common, subkey: valueName, inputs: [{ kind: 'list', named }], examples };
    }
  }
}
