/** The directory did not answer, not in time, or not over TLS. */
export class DirectoryAway extends Error {
  override readonly name = 'DirectoryAway';
}

/** The directory answers, but not as the settings expect it. */
export class DirectoryMisfit extends Error {
  override readonly name = 'DirectoryMisfit';
}
