/** One key of the filter language: the form of its values, and an example for the help. */
interface FilterKeyDefinition {
  readonly example: string;
  /** The only valid values. If the valid values cannot be listed, the list is empty, and only `accepts` decides. */
  readonly values: readonly string[];
  readonly accepts: (value: string) => boolean;
}

const anyText = (example: string): FilterKeyDefinition => ({ example, values: [], accepts: () => true });
const oneOf = (example: string, ...values: string[]): FilterKeyDefinition => ({
  example,
  values,
  accepts: (value) => values.includes(value.toLowerCase()),
});
const shaped = (example: string, shape: RegExp): FilterKeyDefinition => ({
  example,
  values: [],
  accepts: (value) => shape.test(value),
});

/** A number, a comparison or a range, such as `5`, `>100`, `<=2s` and `10..50`. A duration without a unit is in milliseconds. */
const RANGE = /^([<>]=?)?\d+(\.\d+)?(ms|s)?$|^\d+(\.\d+)?(ms|s)?\.\.\d+(\.\d+)?(ms|s)?$/i;
const PARTS = ['page', 'inspector', 'extension', 'host', 'card'];

/** The keys of the filter language, in the order of the help. The help's text for a key is named `inspector_key_…`. */
export const FILTER_KEYS = {
  is: oneOf('is:error', 'error', 'open', 'message', 'apdu', 'request', 'result', 'notification'),
  method: anyText('method:key.*'),
  code: anyText('code:CARD_REMOVED'),
  from: oneOf('from:host', ...PARTS),
  to: oneOf('to:page', ...PARTS),
  part: oneOf('part:host', ...PARTS),
  duration: shaped('duration:>100', RANGE),
  size: shaped('size:>2000', RANGE),
  request: anyText('request:12'),
  session: anyText('session:2'),
  origin: anyText('origin:*portal*'),
  ins: anyText('ins:VERIFY'),
  sw: shaped('sw:63cx', /^[0-9a-fx]{1,4}$/i),
  reader: anyText('reader:*yubico*'),
} as const satisfies Record<string, FilterKeyDefinition>;

export type FilterKey = keyof typeof FILTER_KEYS;

export const isFilterKey = (key: string): key is FilterKey => Object.hasOwn(FILTER_KEYS, key);
