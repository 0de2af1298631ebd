import type { CertificationAuthority } from '@cardwright/cms/authority';

export declare function failingAuthority(embedded: CertificationAuthority, said: () => string): CertificationAuthority;
