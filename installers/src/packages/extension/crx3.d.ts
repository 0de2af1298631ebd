declare module 'crx3' {
  import type { Readable } from 'node:stream';

  interface Options {
    /** Absolute paths of what is written and of the key in PEM, which has to be there: otherwise one is made. */
    readonly crxPath: string;
    readonly keyPath: string;
    readonly xmlPath: string;
    readonly appVersion: string;
    readonly crxURL: string;
    readonly browserVersion: string;
  }

  /** Signs a zip, and writes the update manifest beside it. */
  export default function crx3(zip: Readable, options: Options): Promise<{ readonly appId: string }>;
}
