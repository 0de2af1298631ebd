import type { Plugin } from 'esbuild';

export declare function withoutDocumentation(bundle: 'background' | 'pages'): Plugin;
