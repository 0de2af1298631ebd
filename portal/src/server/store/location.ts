/** Place of the database: a folder for the embedded PGlite (with `memory://`, nothing is kept), or the address of a PostgreSQL server. */
export type DatabaseLocation = { folder: string } | ServerLocation;

/** Address of a PostgreSQL database with a role; `ownerUrl` has that of another role, if that one owns the tables. */
export interface ServerLocation {
  readonly url: string;
  readonly ownerUrl?: string | null;
}

/** Returns the address with the role that owns the tables, or will. */
export const ownerUrlOf = ({ url, ownerUrl }: ServerLocation): string => ownerUrl ?? url;
