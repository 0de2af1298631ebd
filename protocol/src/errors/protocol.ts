import * as v from 'valibot';
import { defineErrors } from './definition.js';

/** 1xxx: the protocol itself, and the sdk. Append only. */
export const protocolErrors = defineErrors({
  INVALID_MESSAGE: {
    number: 1001,
    layer: 'sdk',
    retriable: false,
    recovery: 'reload',
    message: "A message doesn't follow the protocol.",
  },
  METHOD_NOT_FOUND: {
    number: 1002,
    layer: 'sdk',
    retriable: false,
    recovery: 'update',
    install: 'host',
    message: "Your version of Cardwright doesn't know this command.",
  },
  INVALID_PARAMS: {
    number: 1003,
    layer: 'sdk',
    retriable: false,
    recovery: 'reload',
    message: "A command's parameters aren't valid.",
    data: v.strictObject({ path: v.string(), problem: v.string() }),
  },
  INTERNAL: {
    number: 1004,
    layer: 'sdk',
    retriable: false,
    recovery: 'try-again',
    resumable: true,
    message: 'Something went wrong.',
    data: v.strictObject({ incident: v.string() }),
  },
  CANCELLED: {
    number: 1005,
    layer: 'sdk',
    retriable: true,
    recovery: 'try-again',
    resumable: true,
    message: 'This was cancelled.',
  },
  TIMEOUT: {
    number: 1006,
    layer: 'sdk',
    retriable: true,
    recovery: 'try-again',
    resumable: true,
    message: "Cardwright didn't respond in time.",
  },
  VERSION_MISMATCH: {
    number: 1007,
    layer: 'sdk',
    retriable: false,
    recovery: 'update',
    message: "Your Cardwright versions aren't compatible.",
    variants: {
      detail: 'update',
      wayOn: {
        sdk: { recovery: 'ask-operator' },
        extension: { recovery: 'reload', install: 'extension' },
        host: { install: 'host' },
      },
    },
    data: v.strictObject({
      update: v.picklist(['sdk', 'extension', 'host']),
      /**
       * `installed` is the version of the part to update, if it is known. `minimum` is the oldest version that a policy allows, if that policy
       * is the reason. Both exist since protocol 3.1.
       */
      installed: v.exactOptional(v.string()),
      minimum: v.exactOptional(v.string()),
    }),
  },
  ALREADY_INITIALIZED: {
    number: 1008,
    layer: 'sdk',
    retriable: false,
    recovery: 'reload',
    message: 'The session is already open.',
  },
  NOT_INITIALIZED: {
    number: 1009,
    layer: 'sdk',
    retriable: false,
    recovery: 'reload',
    message: "The session isn't open yet.",
  },
  MESSAGE_TOO_LARGE: {
    number: 1010,
    layer: 'sdk',
    retriable: false,
    recovery: 'ask-operator',
    message: 'A message is larger than allowed.',
  },
});
