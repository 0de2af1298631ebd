import fc from 'fast-check';
import * as v from 'valibot';
import { isSchema, leavesFor, type Shape } from '../../support/malformed/specimen.js';
import { BASE_POINT } from '../../support/public-key.js';

/** Values that a schema accepts, or nearly: the parts are valid each, and so is the whole where its rules name no two parts. */
export function ofSchema(schema: v.GenericSchema): fc.Arbitrary<unknown> {
  const { type, entries, options = [], wrapped, item }: Shape = schema;
  if (entries) {
    // The coordinates of a key fit only together.
    if (v.is(schema, BASE_POINT)) return fc.constant({ ...BASE_POINT });
    const members = Object.entries(entries);
    const requiredKeys = members.filter(([, { type: of }]) => !/optional|nullish/.test(of)).map(([name]) => name);
    return fc.record(Object.fromEntries(members.map(([name, member]) => [name, ofSchema(member)])), { requiredKeys });
  }
  if (wrapped) return type === 'nullable' ? fc.option(ofSchema(wrapped)) : ofSchema(wrapped);
  if (item) return fc.array(ofSchema(item), { maxLength: 3 });
  const nested = options.filter(isSchema);
  if (nested.length > 0) return fc.oneof(...nested.map(ofSchema));
  const leaves = type === 'literal' && 'literal' in schema ? [schema.literal] : [...options, ...leavesFor(schema)];
  return leaves.length > 0 ? fc.constantFrom(...leaves) : fc.jsonValue();
}
