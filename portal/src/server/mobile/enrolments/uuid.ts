const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** True if a text is a UUID in lower case with hyphens, as the portal writes its ids. A database query for any other text could fail. */
export const isUuid = (text: string): boolean => UUID.test(text);
