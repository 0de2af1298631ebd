import { ProviderAway } from '../sign-in-errors.js';

/** The directory did not answer, not in time, or not over TLS. */
export class DirectoryAway extends ProviderAway {
  override readonly name = 'DirectoryAway';
}

/** The directory answers, but not as the settings expect it. */
export class DirectoryMisfit extends ProviderAway {
  override readonly name = 'DirectoryMisfit';
}
