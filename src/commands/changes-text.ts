import type { Term } from '@rdfjs/types';
import { partName, plainName, statedCount } from '../html/changes-page.tsx';
import { changesTexts } from '../html/changes-texts.ts';
import type { Language } from '../html/texts.ts';
import { shorten, type View } from '../html/view.ts';
import type { Changes, Count, Happening, ThingChanges } from '../publish/changes.ts';
import { layOut } from './table.ts';

/** What changed, for a terminal. */
export function changesText(view: View, changes: Changes, language: Language): string {
  const words = changesTexts[language];
  const { from, to, total, inferred, catalogue, kept, graphs } = changes;
  const row = (name: string, count: Count): string[] => [name, String(count.removed), String(count.added)];
  const text = [`${words.fromTo(from, to)}\n`];
  if (!total.removed && !total.added) text.push(`${words.equal}\n`);
  text.push(
    layOut(
      [words.statements, words.removed, words.added],
      [
        row(words.stated, statedCount(changes)),
        row(words.followed, inferred),
        row(words.ofDataset, catalogue),
        row(words.total, total),
        [words.kept, String(kept), ''],
      ],
    ),
  );
  if (graphs.length) {
    const rows = [...new Set(graphs.map(({ part }) => part))].flatMap((part) => {
      const own = graphs.filter((each) => each.part === part);
      const named = own.map((each) => row(`  ${graphName(view, each.graph, language)}`, each));
      if (!view.dataset.publication) return named;
      const sum = own.reduce((a, b) => ({ removed: a.removed + b.removed, added: a.added + b.added }), {
        removed: 0,
        added: 0,
      });
      return [row(partName(view, part, language), sum), ...named];
    });
    text.push(layOut([words.byGraph, words.removed, words.added], rows));
  }
  for (const name of ['appeared', 'gone', 'changed', 'unnamed'] as const)
    text.push(things(view, changes, name, language));
  return text.filter(Boolean).join('\n');
}

function things(view: View, changes: Changes, name: Happening, language: Language): string {
  const words = changesTexts[language];
  const { count, shown } = changes.things[name];
  if (!count) return '';
  const rest = count > shown.length ? `\n${words.more(count - shown.length)}\n` : '';
  const lead = name === 'unnamed' ? `${words.unnamedText}\n` : '';
  return `${words[name]} (${count})\n${lead}${shown.map((each) => `\n${thingText(view, each, language)}`).join('')}${rest}`;
}

function thingText(view: View, { thing, removed, added, statements }: ThingChanges, language: Language): string {
  const words = changesTexts[language];
  const types = view.index.types(thing).map((type) => called(view, type, language));
  const label = thing.startsWith('_:') ? undefined : view.index.label(thing, language);
  const lines = [
    `${label === undefined ? '' : `${oneLine(label)} `}${types.length ? `(${types.join(', ')}) ` : ''}<${thing}>`,
  ];
  for (const { change, quad } of statements) {
    const source = quad.graph.value ? `  [${graphName(view, quad.graph.value, language)}]` : '';
    const sign = change === 'removed' ? '-' : '+';
    lines.push(
      `  ${sign} ${called(view, quad.predicate.value, language)}: ${valueText(view, quad.object, language)}${source}`,
    );
  }
  const rest = removed + added - statements.length;
  if (rest > 0) lines.push(`    ${words.moreStatements(rest)}`);
  return `${lines.join('\n')}\n`;
}

const called = (view: View, iri: string, language: Language): string => oneLine(plainName(view, iri, language));

const graphName = (view: View, graph: string, language: Language): string =>
  graph ? called(view, graph, language) : changesTexts[language].defaultGraph;

function valueText(view: View, term: Term, language: Language): string {
  if (term.termType === 'NamedNode') return `${called(view, term.value, language)} <${shorten(view, term.value)}>`;
  if (term.termType === 'Literal') return `"${oneLine(term.value)}"${term.language ? `@${term.language}` : ''}`;
  if (term.termType === 'BlankNode') return `_:${term.value}`;
  if (term.termType === 'Quad')
    return `<< ${[term.subject, term.predicate, term.object].map((each) => valueText(view, each, language)).join(' ')} >>`;
  return term.value;
}

// A control character in a text could drive the terminal.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const oneLine = (text: string): string => text.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ');
