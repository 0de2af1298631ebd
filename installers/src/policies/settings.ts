import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { inRepository } from '../parts/repository.js';

/** A setting of the extension for administrators, or a part of one: a node of extension/policy-schema.json. */
export interface Setting {
  readonly type: 'boolean' | 'integer' | 'string' | 'array' | 'object';
  readonly title?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** Members of an object, if the schema names them. */
  readonly properties?: Readonly<Record<string, Setting>>;
  /** Form of an object's members, if the administrator chooses their names, such as sites. */
  readonly additionalProperties?: Setting;
  readonly items?: Setting;
}

const setting: v.GenericSchema<unknown, Setting> = v.strictObject({
  type: v.picklist(['boolean', 'integer', 'string', 'array', 'object']),
  title: v.exactOptional(v.string()),
  description: v.exactOptional(v.string()),
  enum: v.exactOptional(v.array(v.string())),
  minimum: v.exactOptional(v.number()),
  maximum: v.exactOptional(v.number()),
  properties: v.exactOptional(
    v.record(
      v.string(),
      v.lazy(() => setting),
    ),
  ),
  additionalProperties: v.exactOptional(v.lazy(() => setting)),
  items: v.exactOptional(v.lazy(() => setting)),
});

const managedSchema = v.object({ type: v.literal('object'), properties: v.record(v.string(), setting) });

/**
 * Reads the settings by name, in the order of the extension's schema.
 *
 * @throws ValiError if the schema uses a keyword that no template supports
 */
export function readSettings(): Readonly<Record<string, Setting>> {
  const text = readFileSync(inRepository('extension', 'policy-schema.json'), 'utf8');
  return v.parse(managedSchema, JSON.parse(text)).properties;
}
