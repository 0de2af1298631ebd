/** The enrolment of a mobile device: the requests of a page to its CMS, and the answers. */
export * from '../mobile.js';
