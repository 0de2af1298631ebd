/** The limits: lengths of messages, numbers of concurrent requests, and times that the parts wait for each other. */
export * from '../limits.js';
