import type * as v from 'valibot';
import { eligibility, operationAnswer, operationPhase } from '../cms.js';
import { deviceListing } from '../commands/device.js';
import { commandOutcome } from '../commands/step.js';
import { wireError } from '../wire-error.js';
import { cardFacts, deviceInfo, pinRules, publicJwk, publicJwkSet, retryStatus } from '../schema.js';
import { sealContext } from '../sealing.js';
import { stepCommand } from '../step.js';
import { protocolRange, protocolVersion } from '../version.js';

/** Shapes that several other shapes contain, by their names in the reference and the JSON Schema. */
export const sharedShapes = {
  ProtocolVersion: protocolVersion,
  ProtocolRange: protocolRange,
  WireError: wireError,
  PublicJwk: publicJwk,
  PublicJwkSet: publicJwkSet,
  DeviceInfo: deviceInfo,
  DeviceListing: deviceListing,
  CardFacts: cardFacts,
  RetryStatus: retryStatus,
  PinRules: pinRules,
  SealContext: sealContext,
  StepCommand: stepCommand,
  CommandOutcome: commandOutcome,
  Eligibility: eligibility,
  OperationPhase: operationPhase,
  OperationAnswer: operationAnswer,
} as const satisfies Readonly<Record<string, v.GenericSchema>>;
