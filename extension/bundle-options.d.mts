import type { BuildOptions } from 'esbuild';

/** See bundle-options.mjs. */
export const BACKGROUND: string;
export const MAX_BRIDGE_BYTES: number;
export function scriptOf(page: string): string;
export function moduleOptions(
  bundle: 'background' | 'pages' | 'split page',
  browser: 'chromium' | 'firefox',
): Promise<BuildOptions>;
