/** The documents that the host's packages for Linux install. */
export const HOST_DOCUMENTS = ['deploy.md', 'troubleshooting.md'];

/** The folder of the documents on a computer. */
export const HOST_DOCUMENT_FOLDER = '/usr/share/doc/cardwright-host';
