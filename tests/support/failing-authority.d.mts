import type { CertificationAuthority } from '@cardwright/cms';

export declare function failingAuthority(embedded: CertificationAuthority, said: () => string): CertificationAuthority;
