export { BROWSERS, INTERFACES, TARGETS } from './browser-kind.js';
export { ICON_SIZES, manifests } from './manifest.js';
export { readSites } from './sites.js';
