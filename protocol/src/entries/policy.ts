/** An administrator's settings for extension and host: models, PINs and logs, and where users find help. */
export * from '../help-desk.js';
export * from '../host-policy.js';
