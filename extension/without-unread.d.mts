import type { Plugin } from 'esbuild';

type Maker = 'defineCommand' | 'defineRequest' | 'defineErrors' | 'defineSetting';

/** See without-unread.mjs. */
export declare const UNREAD: Readonly<Record<'background' | 'pages', Readonly<Record<Maker, readonly string[]>>>>;
export declare const UNHEARD: { readonly layer: string; readonly except: readonly string[] };
export declare function withoutUnread(bundle: 'background' | 'pages'): Plugin;
