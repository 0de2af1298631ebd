/** An administrator's settings: the host's rules for models, PINs and logs, and the help desk that users see. */
export * from '../help-desk.js';
export * from '../host-policy.js';
