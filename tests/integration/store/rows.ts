/** Rows as the cases of the store suite write them, for tests that need some. */
export * from '../../../cms/src/store-suite/rows.js';
