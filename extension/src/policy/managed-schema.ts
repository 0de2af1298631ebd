import { settings, type Policy, type PolicySchema } from '@cardwright/protocol/settings';
import { words, type SettingWords } from '@cardwright/words/en/policies';

/** Words for administrators, by setting. A setting without words does not compile. */
const named: Readonly<Record<keyof Policy, SettingWords>> = words.settings;
const byPath: Readonly<Record<string, SettingWords>> = { ...named, ...words.settings };

/** A schema with words for administrators. */
type DescribedSchema = PolicySchema & { readonly title?: string; readonly description?: string };

/** Returns the managed schema of the package, as JSON. */
export function writePolicySchema(): string {
  const properties = Object.fromEntries(
    Object.entries(settings).map(([key, { schema }]) => [key, withWords([key], schema)]),
  );
  return `${JSON.stringify({ type: 'object', properties }, null, 2)}\n`;
}

/** Adds words to a schema: each node that has words gets them as its title and description. */
const withWords = (path: readonly string[], schema: PolicySchema): DescribedSchema => ({
  ...byPath[path.join('.')],
  ...withWordsBelow(path, schema),
});

/**
 * Returns a schema with the words added below its top node. Items of a list, and members that the administrator names, have no words
 * of their own.
 */
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
