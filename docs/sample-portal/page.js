/* global document, location */
import '@cardwright/sdk/elements';

for (const button of document.querySelectorAll('button')) {
  const wizard = document.querySelector(button.dataset.opens);
  button.addEventListener('click', () => wizard.open());
  wizard.addEventListener('cardwright-closed', () => location.reload());
}
