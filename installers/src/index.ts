/** What tests take from here. */
export { layOutHost } from './parts/host-folder.js';
export { PACKAGES } from './packages.js';
export type { Package, PackagingContext } from './package.js';
export { policyTemplates, TEMPLATES, writePolicyTemplates } from './policies/templates.js';
