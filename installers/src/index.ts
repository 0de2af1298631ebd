/** Entry of the package for `build.mjs` and for tests. */
export { layOutHost } from './packages/host-folder.js';
export { settleTree } from './parts/settle-tree.js';
export { writeTarGz } from './parts/tar.js';
export { writeZip } from './parts/zip.js';
export { PACKAGES } from './packages.js';
export type { Package, PackagingContext } from './package.js';
export { addedIds, chromiumIdOf, FleetError, PRODUCT_FLEET, readFleet, tellFleet, type Fleet } from './fleet.js';
export { packExtension } from './packages/extension.js';
export { addWindowsFiles, buildMsi, type MsiOptions } from './packages/host-msi.js';
export { policyTemplates, TEMPLATES, templatesOf, writePolicyTemplates } from './policies/templates.js';
export { layOutPortal } from './packages/portal/tree.js';
