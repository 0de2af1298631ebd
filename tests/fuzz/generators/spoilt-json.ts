import fc from 'fast-check';
import { objectsOf, placesOf } from '../../support/malformed/places.js';
import { COSTLY, MALFORMED_VALUES } from '../../support/malformed/values.js';

/** The costly values have their own tests, and would cost most of the time here. */
const VALUES = Object.keys(MALFORMED_VALUES).filter((name) => !Object.hasOwn(COSTLY, name));

/** JSON texts in place of a member. */
export const nonsense: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...VALUES.map((name) => MALFORMED_VALUES[name] ?? 'null')),
  fc.json({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 60 }).map((text) => JSON.stringify(text)),
  fc.double().map((number) => (Number.isFinite(number) ? JSON.stringify(number) : '1e999')),
);

/** JSON texts of the values, each with up to two pieces of nonsense: in the place of a member, or as one more. */
export const spoiltJson = (good: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  fc
    .tuple(good, fc.array(fc.tuple(fc.nat(), nonsense), { maxLength: 2 }))
    .map(([value, changes]) => changes.reduce((text, [at, json]) => spoil(text, at, json), JSON.stringify(value)));

function spoil(text: string, at: number, json: string): string {
  const value: unknown = JSON.parse(text);
  const fills = [
    ...placesOf(value).map(({ fill }) => fill),
    ...objectsOf(value).map(
      ({ fill }) =>
        (member: string) =>
          fill(`"more":${member}`),
    ),
  ];
  return fills[at % fills.length]?.(json) ?? json;
}
