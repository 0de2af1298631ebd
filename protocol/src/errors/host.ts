import * as v from 'valibot';
import { defineErrors } from './definition.js';

/** 3xxx: the native host, and what it admits. Append only. */
export const hostErrors = defineErrors({
  HOST_MISSING: {
    number: 3001,
    layer: 'host',
    retriable: true,
    message: 'The Cardwright host was not found on this computer.',
    cause: 'It is not installed for this browser, or policy hides it.',
    user: 'Install the Cardwright host, then press Refresh.',
    administrator: 'Deploy the host; with user-level hosts forbidden, install it for the whole computer.',
  },
  HOST_FORBIDDEN: {
    number: 3002,
    layer: 'host',
    retriable: false,
    message: 'The host does not accept this extension, or policy forbids it.',
    cause: "The extension has another id than the host's manifest names.",
    user: 'Tell your help desk.',
    administrator: 'Allow the host by policy, or install matching versions.',
  },
  HOST_CRASHED: {
    number: 3003,
    layer: 'host',
    retriable: true,
    message: 'The Cardwright host ended unexpectedly.',
    cause: 'It was ended from outside, or has a defect.',
    user: 'Try again.',
    administrator: 'Run `cardwright-host doctor` on the computer.',
  },
  STEP_REQUIRED: {
    number: 3004,
    layer: 'host',
    retriable: false,
    message: 'This command must come in a step that the CMS signed.',
    cause: 'The page sent it by itself.',
    user: 'Tell your help desk.',
    administrator: 'Report it to the author of the portal.',
  },
  STEP_REFUSED: {
    number: 3005,
    layer: 'host',
    retriable: false,
    message: 'The step was refused; the card was not touched.',
    cause: 'Its signature, session, device, order or age is not right, or it was made for another card.',
    user: 'Start again.',
    administrator: "Check the CMS's clock and keys.",
    data: v.strictObject({
      reason: v.picklist(['signature', 'origin', 'session', 'device', 'card', 'order', 'expired', 'content']),
    }),
  },
  SECRET_REFUSED: {
    number: 3006,
    layer: 'host',
    retriable: false,
    message: 'A sealed secret does not belong to this command.',
    cause: 'It was sealed for another session, device, operation or purpose.',
    user: 'Start again.',
    administrator: "Check the CMS's keys.",
  },
  SECRET_MISSING: {
    number: 3007,
    layer: 'host',
    retriable: false,
    message: 'A secret that the command needs is not there.',
    cause: 'The session that prepared it has ended.',
    user: 'Start again.',
    administrator: 'Report it to the author of the portal.',
  },
});
