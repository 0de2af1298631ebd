import { toJsonSchema, toJsonSchemaDefs, type ConversionConfig } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { cmsContract, errorAnswer } from '../cms.js';
import { commands } from '../commands.js';
import { escrowContent } from '../commands/credentials.js';
import { initializeAtHost } from '../commands/session-at-host.js';
import { hostInitialized, sessionEnded } from '../commands/session.js';
import { userRequests } from '../commands/user.js';
import { displayPayload } from '../display.js';
import { cancelParams, message, progressParams } from '../message.js';
import { stepPayload } from '../step.js';
import { PROTOCOL_RANGE } from '../version.js';
import { sharedShapes } from './shared-shapes.js';

type JsonSchema = ReturnType<typeof toJsonSchema>;

const CONVERSION = {
  target: 'draft-2020-12',
  // Leaves out checks that are functions, such as whether a key is a point of the curve, because JSON Schema cannot express them.
  ignoreActions: ['check'],
  // A pattern of JSON Schema always has the flag `u` (JSON Schema 2020-12 Core, 6.4). The converter refuses flags.
  overrideAction: ({ valibotAction: action, jsonSchema }) =>
    'requirement' in action && action.requirement instanceof RegExp && action.requirement.flags === 'u'
      ? { ...jsonSchema, pattern: action.requirement.source }
      : null,
} satisfies ConversionConfig;

const convertedShapes: Readonly<Record<string, JsonSchema>> = toJsonSchemaDefs(sharedShapes, CONVERSION);

const namesOfShapes: ReadonlyMap<string, string> = new Map(
  Object.entries(convertedShapes).map(([name, schema]) => [JSON.stringify(schema), name]),
);

/** JSON Schemas of the shared shapes, by name. */
export const jsonSchemasOfSharedShapes: Readonly<Record<string, object>> = Object.fromEntries(
  Object.entries(convertedShapes).map(([name, schema]) => [name, referringInside(schema)]),
);

/** Returns the JSON Schema of one wire shape. It refers to the shared shapes as `#/$defs/Name`. */
export function jsonSchemaOf(schema: v.GenericSchema): object {
  const document = toJsonSchema(schema, { ...CONVERSION, definitions: sharedShapes });
  const own = Object.entries(document).filter(([key]) => key !== '$schema' && key !== '$defs');
  const shape = Object.fromEntries(own);
  return '$ref' in shape ? shape : referringInside(shape);
}

/**
 * Replaces the shared shapes inside a schema by references. The converter replaces only shapes to which nothing was added; this function also
 * recognises shapes with an added description, by their content.
 */
function referring(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(referring);
  if (typeof value !== 'object' || value === null) return value;
  const { description, ...shape }: { readonly description?: string } = value;
  const name = namesOfShapes.get(JSON.stringify(shape));
  if (name === undefined) return referringInside(value);
  return { $ref: `#/$defs/${name}`, ...(description === undefined ? {} : { description }) };
}

function referringInside(schema: object): object {
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, referring(value)]));
}

/** Returns the whole protocol as one JSON Schema document, for an implementation in any language. */
export function writeJsonSchema(): string {
  const { major, minor } = PROTOCOL_RANGE.max;
  const definitions = {
    ...jsonSchemasOfSharedShapes,
    message: jsonSchemaOf(message),
    '$/progress': jsonSchemaOf(progressParams),
    '$/cancelRequest': jsonSchemaOf(cancelParams),
    'session.ended': jsonSchemaOf(sessionEnded),
    'initialize params at the host': jsonSchemaOf(initializeAtHost),
    'initialize result of the host': jsonSchemaOf(hostInitialized),
    stepPayload: jsonSchemaOf(stepPayload),
    displayPayload: jsonSchemaOf(displayPayload),
    escrowContent: jsonSchemaOf(escrowContent),
    errorAnswer: jsonSchemaOf(errorAnswer),
    ...Object.fromEntries(
      Object.entries(cmsContract).flatMap(([path, { request, answer }]) => [
        [`POST ${path} request`, jsonSchemaOf(request)],
        [`POST ${path} answer`, jsonSchemaOf(answer)],
      ]),
    ),
    ...Object.fromEntries(
      Object.entries({ ...commands, ...userRequests }).flatMap(([method, { params, result }]) => [
        [`${method} params`, jsonSchemaOf(params)],
        [`${method} result`, jsonSchemaOf(result)],
      ]),
    ),
  };
  const document = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `Cardwright protocol ${major}.${minor}`,
    $defs: definitions,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
