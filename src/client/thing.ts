import { type CitationWords, type Cited, citeAsBibtex, citeAsText } from '../html/citation.ts';
import { showNeighbourhood } from './parts/neighbourhood.ts';

/** The page of a thing: JSON-LD when it is asked for, the day in the citation, the drawing that can be explored. */

for (const details of document.querySelectorAll<HTMLDetailsElement>('details[data-source]')) {
  const place = details.querySelector('pre');
  const button = details.querySelector('button');
  const { source = '', failed = '' } = details.dataset;
  if (button) button.hidden = true;
  let known = false;
  details.addEventListener('toggle', async () => {
    if (!details.open || !place || known) return;
    place.hidden = false;
    try {
      const response = await fetch(source, { headers: { accept: 'application/ld+json' } });
      if (!response.ok) throw new Error(`The server answered ${response.status}.`);
      place.textContent = await response.text();
      // Who opens it again after a fault asks again.
      known = true;
      if (button) button.hidden = false;
    } catch {
      place.textContent = failed;
    }
  });
}

const written = document.querySelector<HTMLElement>('[data-cited]')?.dataset['cited'];
if (written) {
  const { cited, words } = JSON.parse(written) as { cited: Cited; words: CitationWords };
  // The reader's own day, not that of Greenwich.
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0'));
  const read = { ...cited, accessed: day.join('-') };
  const write = (id: string, text: string): void => {
    const place = document.getElementById(id);
    if (place) place.textContent = text;
  };
  write('citation', citeAsText(read, words));
  write('bibtex', citeAsBibtex(read, words));
}

for (const figure of document.querySelectorAll<HTMLElement>('.neighbourhood')) showNeighbourhood(figure);
