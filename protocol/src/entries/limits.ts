/** The longest messages, the most requests at once, and how long each part waits for another. */
export * from '../limits.js';
