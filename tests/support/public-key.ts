/** A public key to which nobody has the private one: the point of P-256 from which all others are made (NIST SP 800-186, 3.2.1.3). */
export const BASE_POINT = {
  kty: 'EC',
  crv: 'P-256',
  x: 'axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY',
  y: 'T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU',
} as const;
