const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** True if a text is a UUID in the portal's spelling. The database accepts nothing else as an id. */
export const isUuid = (text: string): boolean => UUID.test(text);
