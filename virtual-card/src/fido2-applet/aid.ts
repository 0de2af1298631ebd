/** The FIDO2 application's identifier (CTAP 2.1, 11.3.3). */
export const fidoAid = Buffer.from('A0000006472F0001', 'hex');
