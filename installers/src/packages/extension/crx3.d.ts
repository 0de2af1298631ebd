declare module 'crx3' {
  import type { Readable } from 'node:stream';

  interface Options {
    /** Absolute paths of the output and of the key in PEM. A missing key would be created. */
    readonly crxPath: string;
    readonly keyPath: string;
    readonly xmlPath: string;
    readonly appVersion: string;
    readonly crxURL: string;
    readonly browserVersion: string;
  }

  /** Signs a zip as a CRX3 file. Writes the file to `crxPath`, and its update manifest to `xmlPath`. */
  export default function crx3(zip: Readable, options: Options): Promise<{ readonly appId: string }>;
}
