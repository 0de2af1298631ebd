import { words, type SettingWords } from '@cardwright/words/en/policies';
import type { DescribedSchema, PolicySchema } from './setting.js';
import { settings, type Policy } from './settings.js';

/** The words of each setting for administrators. A setting without words does not compile. */
const named: Readonly<Record<keyof Policy, SettingWords>> = words.settings;
const byPath: Readonly<Record<string, SettingWords>> = { ...named, ...words.settings };

/** Writes the package's managed schema as JSON. */
export function writePolicySchema(): string {
  const properties = Object.fromEntries(
    Object.entries(settings).map(([key, { schema }]) => [key, withWords([key], schema)]),
  );
  return `${JSON.stringify({ type: 'object', properties }, null, 2)}\n`;
}

/** Adds the words to each node that has some. */
const withWords = (path: readonly string[], schema: PolicySchema): DescribedSchema => ({
  ...byPath[path.join('.')],
  ...withWordsBelow(path, schema),
});

/** Adds the words below a node. Items of a list, and members named by the administrator, have no words of their own. */
function withWordsBelow(path: readonly string[], schema: PolicySchema): PolicySchema {
  if (schema.type === 'array') return { ...schema, items: withWordsBelow(path, schema.items) };
  if (schema.type !== 'object') return schema;
  const { properties, additionalProperties } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, one]) => [name, withWords([...path, name], one)]),
      ),
    }),
    ...(additionalProperties && { additionalProperties: withWordsBelow(path, additionalProperties) }),
  };
}
