/** The HTTP contract between a page and its CMS: requests, answers, and the status of each error. */
export * from '../cms.js';
export * from '../cms-status.js';
