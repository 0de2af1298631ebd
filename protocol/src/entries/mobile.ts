/** The enrolment of a phone: what a page asks of its CMS, and what the CMS says of the enrolment. */
export * from '../mobile.js';
