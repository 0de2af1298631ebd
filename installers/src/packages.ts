import type { Package } from './package.js';
import { checksums } from './packages/checksums.js';
import { extension } from './packages/extension.js';
import { hostDeb } from './packages/host-deb.js';
import { hostMacos } from './packages/host-macos.js';
import { hostMsi } from './packages/host-msi.js';
import { hostRpm } from './packages/host-rpm.js';
import { portalDeb } from './packages/portal-deb.js';
import { sbom } from './packages/sbom.js';

/** All products of `npm run package`, in this order. The checksums come last, because they cover all others. */
export const PACKAGES: readonly Package[] = [
  hostDeb,
  hostRpm,
  hostMacos,
  hostMsi,
  extension,
  portalDeb,
  sbom,
  checksums,
];

/**
 * Returns the products to make for some names, or all for none. The checksums are always among them: those of before would no longer fit a package that is made
 * again.
 */
export const packagesFor = (names: readonly string[]): readonly Package[] =>
  names.length === 0 ? PACKAGES : PACKAGES.filter((one) => one === checksums || names.includes(one.name));
