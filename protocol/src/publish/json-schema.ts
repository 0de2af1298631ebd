import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import {
  eligibilityAnswer,
  eligibilityRequest,
  errorAnswer,
  operationAnswer,
  cancelRequest,
  resultsRequest,
  startRequest,
} from '../cms.js';
import { commands } from '../commands.js';
import { deviceListing } from '../commands/device.js';
import { escrowContent } from '../commands/credentials.js';
import { sessionEnded } from '../commands/session.js';
import { userRequests } from '../commands/user.js';
import { message, progressParams } from '../message.js';
import { sealContext } from '../sealing.js';
import { stepPayload } from '../step.js';
import { PROTOCOL_RANGE } from '../version.js';

type JsonSchema = ReturnType<typeof toJsonSchema>;

/** The JSON Schema of one wire shape. Metadata is dropped, because only redaction needs it. */
export const jsonSchemaOf = (schema: v.GenericSchema): JsonSchema =>
  Object.fromEntries(
    Object.entries(toJsonSchema(schema, { target: 'draft-2020-12' })).filter(([name]) => name !== '$schema'),
  );

/** The whole protocol as one JSON Schema document, for a CMS in any language. */
export function writeJsonSchema(): string {
  const { major, minor } = PROTOCOL_RANGE.max;
  const definitions = {
    message: jsonSchemaOf(message),
    progress: jsonSchemaOf(progressParams),
    'device.changed': jsonSchemaOf(deviceListing),
    'session.ended': jsonSchemaOf(sessionEnded),
    stepPayload: jsonSchemaOf(stepPayload),
    sealContext: jsonSchemaOf(sealContext),
    escrowContent: jsonSchemaOf(escrowContent),
    eligibilityRequest: jsonSchemaOf(eligibilityRequest),
    eligibilityAnswer: jsonSchemaOf(eligibilityAnswer),
    startRequest: jsonSchemaOf(startRequest),
    resultsRequest: jsonSchemaOf(resultsRequest),
    cancelRequest: jsonSchemaOf(cancelRequest),
    operationAnswer: jsonSchemaOf(operationAnswer),
    errorAnswer: jsonSchemaOf(errorAnswer),
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
