import type * as v from 'valibot';
import type { Side } from './command.js';
import { certificateInSteps } from './commands/certificate-in-steps.js';
import { certificate } from './commands/certificate.js';
import { credentials } from './commands/credentials.js';
import { deviceInSteps } from './commands/device-in-steps.js';
import { device } from './commands/device.js';
import { diagnostics } from './commands/diagnostics.js';
import { fidoInSteps } from './commands/fido-in-steps.js';
import { fido } from './commands/fido.js';
import { key } from './commands/key.js';
import { managementKey } from './commands/management-key.js';
import { pin } from './commands/pin.js';
import { session } from './commands/session.js';
import { step } from './commands/step.js';
import { userRequests } from './commands/user.js';

/**
 * The command table. The types, validation, redaction, reference and JSON Schema of the commands are all made from this table. A new command needs
 * one entry here, and one handler at the side that answers.
 */
export const commands = {
  ...session,
  ...step,
  ...diagnostics,
  ...device,
  ...deviceInSteps,
  ...managementKey,
  ...credentials,
  ...key,
  ...certificate,
  ...certificateInSteps,
  ...pin,
  ...fido,
  ...fidoInSteps,
};

export type CommandTable = typeof commands;
export type Method = keyof CommandTable;
export type Params<M extends Method> = v.InferOutput<CommandTable[M]['params']>;
/** Commands that one side answers. */
export type MethodOf<S extends Side> = {
  [M in Method]: CommandTable[M]['handledBy'] extends S ? M : never;
}[Method];
export type Result<M extends Method> = v.InferOutput<CommandTable[M]['result']>;

export type UserRequestTable = typeof userRequests;
export type UserMethod = keyof UserRequestTable;
export type UserParams<M extends UserMethod> = v.InferOutput<UserRequestTable[M]['params']>;
export type UserResult<M extends UserMethod> = v.InferOutput<UserRequestTable[M]['result']>;

/**
 * True if a name is a command of the table, and not just a name of Object's prototype such as `toString`.
 *
 * @example
 * isMethod('pin.verify'); // true
 */
export const isMethod = (name: string): name is Method => Object.hasOwn(commands, name);

/**
 * True if a name is a request that the host sends to the extension, to ask the user, while a command runs.
 *
 * @example
 * isUserMethod('user.confirm'); // true
 */
export const isUserMethod = (name: string): name is UserMethod => Object.hasOwn(userRequests, name);

/**
 * Returns the capabilities that the commands of one side need. A host lists further capabilities at `initialize`, such as `policy`.
 *
 * @example
 * capabilitiesOf('host').includes('piv'); // true
 */
export const capabilitiesOf = (side: Side): string[] => [
  ...new Set(
    Object.values(commands)
      .filter(({ handledBy }) => handledBy === side)
      .map(({ capability }) => capability),
  ),
];
