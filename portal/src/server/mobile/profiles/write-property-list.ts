import { build } from 'plist';
import type { PropertyDictionary, PropertyValue } from './enrolment-method.js';

/** Characters that XML 1.0, 2.2 does not allow: control characters, U+FFFE, U+FFFF, and unpaired halves of surrogate pairs. */
const NOT_XML =
  // oxlint-disable-next-line no-control-regex -- these are the ones to be taken out
  /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Writes a property list in XML, UTF-8. Characters that XML does not allow are left out. */
export function writePropertyList(dictionary: PropertyDictionary): Uint8Array {
  return Buffer.from(build(writable(dictionary)), 'utf8');
}

type Writable = string | number | boolean | Uint8Array | Writable[] | { [key: string]: Writable };

function writable(value: PropertyValue): Writable {
  if (typeof value === 'string') return value.replace(NOT_XML, '');
  if (typeof value !== 'object' || value instanceof Uint8Array) return value;
  if (isArray(value)) return value.map(writable);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, writable(inner)]));
}

/** True if the value is an array. Unlike Array.isArray, this function narrows to the readonly type. */
const isArray = (
  value: readonly PropertyValue[] | Readonly<Record<string, PropertyValue>>,
): value is readonly PropertyValue[] => Array.isArray(value);
