/** What tests take from here. */
export { layOutHost } from './parts/host-folder.js';
export { PACKAGES } from './packages.js';
export type { Package, PackagingContext } from './package.js';
export { addWindowsFiles, buildMsi, type MsiOptions } from './packages/host-msi.js';
