import type { BuildOptions, BuildResult } from 'esbuild';

type Bundled = BuildResult<{ metafile: true }>;

export declare function build(): Promise<void>;
export declare function bundle(options?: BuildOptions): Promise<{ readonly main: Bundled; readonly later: Bundled }>;
