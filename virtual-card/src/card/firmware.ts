/** Firmware 5.7.2: AES management keys by default, RSA-3072 and RSA-4096, MOVE KEY. */
export const firmwareVersion = Buffer.of(5, 7, 2);
/** As attestations and the management application tell it: a keychain with USB-A. */
export const FORM_FACTOR_USB_A_KEYCHAIN = 0x01;
