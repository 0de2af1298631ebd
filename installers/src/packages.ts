import type { Package } from './package.js';
import { checksums } from './packages/checksums.js';
import { extension } from './packages/extension.js';
import { hostDeb } from './packages/host-deb.js';
import { hostMacos } from './packages/host-macos.js';
import { hostMsi } from './packages/host-msi.js';
import { hostRpm } from './packages/host-rpm.js';
import { portalDeb } from './packages/portal-deb.js';
import { sbom } from './packages/sbom.js';

/** All products of `npm run package`, in this order. */
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
