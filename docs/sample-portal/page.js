/* global document, location */
import '@cardwright/sdk/elements';

const wizard = document.querySelector('cardwright-add-device');
document.querySelector('#add').addEventListener('click', () => wizard.open());
wizard.addEventListener('cardwright-closed', () => location.reload());
