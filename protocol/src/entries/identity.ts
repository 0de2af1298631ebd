/** The names by which extension and host are known to browsers, and the version of the product. */
export * from '../identity.js';
export * from '../product-version.js';
