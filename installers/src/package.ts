import type { Fleet } from './fleet.js';

/** The inputs of every package. */
export interface PackagingContext {
  /** The product's version, such as `0.1.0`. */
  readonly version: string;
  /** Time of the commit, in seconds since 1970: the time of every file in a package (SOURCE_DATE_EPOCH). */
  readonly epoch: number;
  /** The decisions of the administrator who packages. */
  readonly fleet: Fleet;
  /** Folder for packages: `dist/` in the clone. */
  readonly output: string;
  /** Makes an empty folder, whose name begins with `name`, and returns its path. The folder is removed at the end. */
  readonly scratch: (name: string) => string;
}

/** A product of `npm run package`: one or several files in `dist/`. */
export interface Package {
  /** Name by which `npm run package` can make only this package, such as `host-deb`. */
  readonly name: string;
  /** Makes the package. Two builds of one commit have the same bytes, apart from the exceptions that the comment of a package names. */
  build(context: PackagingContext): void | Promise<void>;
}
