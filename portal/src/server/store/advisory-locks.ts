/**
 * Keys of the advisory locks of PostgreSQL that processes of the portal take, in one place so that no two have the same number. Any numbers would do, as
 * long as every process, of whatever version, uses the same.
 */
export const LOCKS = {
  /** Held while migrations run. */
  migrations: 0x0ca2d,
  /** Held while a registration authority is made. */
  registrationAuthority: 0x0ca2e,
  /** Shared by each running portal. A restore needs it for itself. */
  presence: 0x0ca2f,
  /** Held while the role that serves gets its rights. */
  servingRole: 0x0ca30,
} as const;
