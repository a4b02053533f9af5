/** What every page does beyond showing itself; without it, nothing is missing that a reader needs. */

import { offerSuggestions } from './parts/search-suggestions.ts';

const box = document.querySelector<HTMLInputElement>('#search-box');
if (box?.form) offerSuggestions(box, box.form);

for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
  const source = document.getElementById(button.dataset['copy'] ?? '');
  // Buttons come hidden: they would do nothing where no script runs.
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(source?.textContent ?? '');
    const { textContent: before } = button;
    button.textContent = button.dataset['done'] ?? before;
    setTimeout(() => {
      button.textContent = before;
    }, 2000);
  });
}
