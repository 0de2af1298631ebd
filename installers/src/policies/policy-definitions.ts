import { EXAMPLES } from './examples.js';
import { registryKeyOf } from './registry.js';
import type { Setting } from './settings.js';

/** An input of the group policy editor, in the words of ADMX. */
export type PolicyInput =
  | { readonly kind: 'switch'; readonly valueName: string }
  | { readonly kind: 'text' | 'decimal' | 'enum'; readonly valueName: string; readonly setting: Setting }
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
    const { properties } = setting;
    if (properties === undefined) return [definition([name], setting, '')];
    const members = Object.entries(properties);
    const isAllText = members.every(([, { type, enum: values }]) => type === 'string' && values === undefined);
    if (!isAllText) return members.map(([member, content]) => definition([name, member], content, name));
    const inputs = members.map(([valueName, content]) => ({ kind: 'text', valueName, setting: content }) as const);
    return [{ name, path: [name], setting, subkey: name, inputs, examples: [] }];
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
